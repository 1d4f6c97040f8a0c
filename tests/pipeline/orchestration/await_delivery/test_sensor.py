"""The task that ends a wait: the run goes on with its delivery, with the previous data, or not at all."""

import json
import os
import re
import time
from pathlib import Path

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import TaskDeferred

from include.pipeline.core import lock
from include.pipeline.core.data_dates import DateRefused
from include.pipeline.core.errors import DeliveryLate, SettingInvalid
from include.pipeline.core.settings import declared
from include.pipeline.orchestration.await_delivery.sensor import AwaitDelivery
from include.pipeline.orchestration.await_delivery.trigger import DeliveryTrigger
from tests.support.imports import loaded_by

DATE = "2031-05-02"


def task(
    since: str = "2031-05-02T00:00:00+00:00", run_type: str = "scheduled", date: str = DATE
) -> AwaitDelivery:
    with DAG("a_dag", schedule=None):
        return AwaitDelivery(
            task_id="await_delivery", data_date=date, since=since, run_type=run_type, of_run="the run"
        )


def accepted(tmp_path: Path, *days: str, status: str = "accepted") -> None:
    """Write the ledger's copy, with one load that came on these days."""
    build = tmp_path / "warehouse" / "build"
    (build / "own").mkdir(parents=True)
    (build / "current").symlink_to("own")
    ledger = tmp_path / "warehouse" / "deliveries" / "own" / "ledger.json"
    ledger.parent.mkdir(parents=True)
    first, *again = days
    load = {"data_date": first, "redelivered_on": again, "status": status, "loaded_at": "2031-05-01T01:00:00"}
    ledger.write_text(json.dumps([load]), encoding="utf-8")


def test_a_delivery_that_is_there_ends_the_wait() -> None:
    """Told in so many words: of a run that is run again, Airflow keeps what an earlier end has returned."""
    assert task().end({}, None) == ""


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_date_that_is_too_early_is_not_waited_for(is_alone: bool) -> None:
    """No delivery will come."""
    awaiting = task(date="2019-12-31")
    if is_alone:
        awaiting.adapt_to_one_process()
    with pytest.raises(DateRefused, match="found 2019-12-31"):
        awaiting.execute({})


def test_a_day_that_has_not_come_is_not_waited_for(landing: Path) -> None:
    """A year mistyped would hold up every other run; a delivery of that day that is there is taken."""
    with pytest.raises(DateRefused, match=r"found 2031-05-02; today is .* lacks users_db_export.csv"):
        task().execute({})
    deliver(landing, time.time() - 60)
    assert task().execute({}) == ""


def test_a_late_delivery_fails_the_run() -> None:
    """The message says what is missing where, how long it was waited for, and both ways on."""
    with pytest.raises(DeliveryLate) as late:
        task().end({}, "/landing/2031-05-02 lacks users_db_export.csv")
    assert str(late.value) == (
        "The delivery of 2031-05-02 is late: /landing/2031-05-02 lacks users_db_export.csv."
        " Waited from 2031-05-02 00:00 until 2031-05-02 01:00 UTC (MENTOR_DELIVERY_WAIT_MINUTES=60)."
        " Expected all its files, at rest; deliver them and run again,"
        " or set MENTOR_DELIVERY_LATE=previous to go on with the previous data."
    )


def test_a_backfill_says_that_it_did_not_wait() -> None:
    """Nobody is to look for a wait that was none."""
    with pytest.raises(DeliveryLate, match=r"lacks all\. A backfill does not wait\. Expected all"):
        task(run_type="backfill").end({}, "/landing lacks all")


def test_a_run_may_go_on_with_the_previous_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its log says so, with the day that the data are of: the last on which they came, be it again."""
    monkeypatch.setenv("MENTOR_DELIVERY_LATE", "previous")
    accepted(tmp_path, "2031-04-29", "2031-05-01", "2031-04-30")
    assert task().end({}, "/landing lacks users_db_export.csv") == "2031-05-01"
    told = capsys.readouterr().out
    for words in ("/landing lacks users_db_export.csv. Waited", "goes on with the data of 2031-05-01"):
        assert words in told


@pytest.mark.parametrize("status", [None, "refused", "withdrawn"])
def test_without_previous_data_the_run_cannot_go_on(
    status: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing came before, or nothing that was accepted and still is."""
    monkeypatch.setenv("MENTOR_DELIVERY_LATE", "previous")
    if status:
        accepted(tmp_path, "2031-05-01", status=status)
    with pytest.raises(DeliveryLate, match="nothing was accepted before that the run could go on with"):
        task().end({}, "/landing lacks users_db_export.csv")


@pytest.mark.parametrize("name", ["MENTOR_DELIVERY_WAIT_MINUTES", "MENTOR_DELIVERY_LATE"])
def test_an_invalid_setting_is_reported(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even while no delivery is late: before the night on which it matters."""
    monkeypatch.setenv(name, "soon")
    with pytest.raises(SettingInvalid, match=re.escape(f"{name} is 'soon'")):
        task().end({}, None)


def deliver(landing: Path, changed_at: float) -> None:
    for source in declared().sources:
        (landing / source.file_name).write_text("x", encoding="utf-8")
        os.utime(landing / source.file_name, (changed_at, changed_at))


def test_a_delivery_of_long_ago_is_not_waited_for(landing: Path) -> None:
    """The run has the warehouse then."""
    deliver(landing, time.time() - 60)
    assert task().execute({}) == ""
    assert str(lock.holder()).startswith("the run ")


@pytest.mark.parametrize("what_is_not", ["there", "at rest", "its turn"])
def test_what_is_not_ready_is_waited_for_in_the_triggerer(what_is_not: str, landing: Path) -> None:
    """The trigger knows all that the task does."""
    if what_is_not != "there":
        deliver(landing, time.time() - (60 if what_is_not == "its turn" else 0))
    if what_is_not == "its turn":
        assert lock.try_acquire("another run")
    waiting = task(date="2026-05-02")
    with pytest.raises(TaskDeferred) as deferred:
        waiting.execute({})
    assert isinstance(deferred.value.trigger, DeliveryTrigger)
    assert deferred.value.trigger.serialize()[1] == {
        name: getattr(waiting, name) for name in AwaitDelivery.template_fields
    }
    assert callable(getattr(AwaitDelivery, deferred.value.method_name))


def test_in_one_process_nothing_waits() -> None:
    """There is no triggerer; what is not there is refused by the task that receives."""
    waiting = task()
    waiting.adapt_to_one_process()
    assert waiting.execute({}) is None


def test_parsing_loads_no_duckdb() -> None:
    """The scheduler parses the DAG, and the triggerer loads the trigger."""
    assert loaded_by(
        "import include.pipeline.orchestration.await_delivery.sensor", {"airflow", "duckdb"}
    ) == ["airflow"]
