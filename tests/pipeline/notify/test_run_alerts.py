"""Alerts go once to the configured address; without one nothing happens."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from include.pipeline.core import origin, warehouse
from include.pipeline.core.errors import (
    AuditFailed,
    DeliveryLate,
    DeliveryRefused,
    FileRefused,
    WarehouseInvalid,
)
from include.pipeline.core.settings import declared, settings
from include.pipeline.ingest import ledger
from include.pipeline.notify import load_alerts, run_alerts
from include.pipeline.orchestration import stages
from include.pipeline.publish import report_files, versions
from tests.support.deliveries import DATA_DATE, Bench, audit
from tests.support.imports import loaded_by
from tests.support.receiver import Receiver, receiving

RUN = "a_test"


@pytest.fixture
def receiver(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Return the receiver to which the alerts of a new warehouse go."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with receiving() as receiver:
        monkeypatch.setenv("MENTOR_ALERT_URL", receiver.address)
        yield receiver


def test_alerts_are_off_by_default() -> None:
    """Without an address nothing is made up or sent; not even what would be needed for it is loaded."""
    code = (
        "from include.mentoring import alerts\n"
        "from include.pipeline.notify import load_alerts, run_alerts\n"
        "run_alerts.task_failed({})\n"
        "run_alerts.run_failed({})\n"
        "run_alerts.publication_late({})\n"
        "load_alerts.rows_rejected('r', [1])\n"
        "load_alerts.data_in_doubt('r')\n"
        "alerts.tiers_changed('r', {'K1': ('Gold', True)})\n"
        "with alerts.alerting_changed_tiers('r'): pass\n"
    )
    assert loaded_by(code, {"apprise", "duckdb", "include.pipeline.notify.run_alerts"}) == [
        "include.pipeline.notify.run_alerts"
    ]


def failed(task_id: str, error: BaseException | None) -> dict[str, Any]:
    """Return what Airflow tells of a failed task, as far as an alert speaks of it."""
    began = SimpleNamespace(start_date=datetime(2031, 5, 2, tzinfo=UTC))
    return {"run_id": RUN, "dag_run": began, "task": SimpleNamespace(task_id=task_id), "exception": error}


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (WarehouseInvalid("The build is missing."), "mentor_tier_report: run failed"),
        (ValueError("of nobody's"), "mentor_tier_report: run failed"),
        (FileRefused("users.csv is truncated."), "mentor_tier_report: delivery refused"),
        (DeliveryRefused("3 checks failed."), "mentor_tier_report: delivery refused"),
        (DeliveryLate("users.csv is missing."), "mentor_tier_report: delivery late"),
        (AuditFailed("Tables differ."), "mentor_tier_report: audit failed"),
    ],
)
def test_a_failed_task_alerts_with_its_error(error: Exception, title: str, receiver: Receiver) -> None:
    """Which run and task, the error in its own words, and what is published meanwhile."""
    run_alerts.task_failed(failed("ingest.users", error))
    told = receiver.only()
    assert (told["title"], told["type"]) == (title, "failure")
    for words in (f"Run: {RUN}", "Task: ingest.users", str(error), "Published stays: nothing yet"):
        assert words in told["message"]


def test_a_failed_task_says_what_stays_published(receiver: Receiver) -> None:
    """Who reads the answer meanwhile reads that of an earlier run."""
    publish({"K1": "Gold"})
    run_alerts.task_failed(failed("publish", WarehouseInvalid("broken")))
    published_at = versions.find(1).manifest["published_at"]
    assert (
        f"stays: version 1 of {published_at}, made by {RUN}. The first publication of this data.\n"
        in receiver.only()["message"]
    )


def test_a_task_whose_process_died_alerts_too(receiver: Receiver) -> None:
    """Nobody has raised an error then."""
    run_alerts.task_failed(failed("report", None))
    assert "See its log" in receiver.only()["message"]


def test_a_failed_run_alerts_only_if_none_of_its_tasks_did(receiver: Receiver) -> None:
    """One alert for each run that fails, also for one that is run again and fails again."""
    killed = failed("publish", None)
    of_the_run = {name: killed[name] for name in ("run_id", "dag_run")}
    run_alerts.task_failed(killed)
    run_alerts.run_failed(of_the_run)
    assert len(receiver.alerts) == 1
    of_the_run["dag_run"] = SimpleNamespace(start_date=datetime(2031, 5, 3, tzinfo=UTC))
    run_alerts.run_failed(of_the_run)
    assert receiver.titles == ["mentor_tier_report: run failed"] * 2


def test_a_setting_that_fails_the_run_does_not_silence_it(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alert leaves out the published version when it cannot be read."""
    monkeypatch.setenv("MENTOR_THREADS", "many")
    run_alerts.task_failed(failed("ingest.receive", WarehouseInvalid("no")))
    assert "Published stays: unknown, MENTOR_THREADS is 'many'" in receiver.only()["message"]


def test_a_long_error_is_cut(receiver: Receiver) -> None:
    """Channels refuse messages without an end; run and task stand before it."""
    run_alerts.task_failed(failed("dbt.build", WarehouseInvalid("x" * 100_000)))
    told = receiver.only()["message"]
    assert "Task: dbt.build" in told
    assert len(told) <= 4000


@pytest.fixture
def delivered(sample: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the landing folder with the sample in it."""
    monkeypatch.setenv("MENTOR_DATA_DIR", str(sample))
    return sample


def spoil(folder: Path) -> None:
    """Make two events unfit and add an unfit user."""
    events = folder / "booking_events.json"
    records = json.loads(events.read_text(encoding="utf-8"))
    records[3]["event_type"] = "session_paused"
    records[5]["timestamp"] = "yesterday"
    events.write_text(json.dumps(records), encoding="utf-8")
    with (folder / "users_db_export.csv").open("a", encoding="utf-8") as export:
        export.write("990001,3,2023-03-04,asleep\n")


def take_in() -> str:
    """Receive, land and accept what lies in the landing folder."""
    received = stages.receive(RUN, DATA_DATE.isoformat())
    for source in declared().source_names:
        stages.land(RUN, source, received, is_future_meant=True)
    return stages.accept(RUN)


def test_rejected_rows_alert_by_file_and_reason(delivered: Path, receiver: Receiver) -> None:
    """How many of how many, for which reason, and where to see them."""
    spoil(delivered)
    take_in()
    told = receiver.only()
    assert (told["title"], told["type"]) == ("mentor_tier_report: 3 rows rejected", "warning")
    for words in (
        f"Run: {RUN}",
        "select * from raw.rejected_rows where load_id in (1, 3)",
        f"users_db_export.csv of {DATA_DATE} (load 1): 1 of 156 rows, unknown_status",
        f"booking_events.json of {DATA_DATE} (load 3): 1 of 842 rows, invalid_timestamp",
        f"booking_events.json of {DATA_DATE} (load 3): 1 of 842 rows, unknown_event_type",
    ):
        assert words in told["message"]


def test_the_same_delivery_does_not_alert_twice(delivered: Path, receiver: Receiver) -> None:
    """Its rows were told when they were accepted."""
    spoil(delivered)
    take_in()
    receiver.only()
    assert take_in().startswith("Nothing new")
    assert receiver.alerts == []


def test_a_clean_delivery_does_not_alert(delivered: Path, receiver: Receiver) -> None:
    """Exact duplicates are no rejected rows."""
    assert take_in() == "Accepted as load 1, 2, 3"
    assert receiver.alerts == []


def publish(tiers: dict[str, str], left_out: str = "", of: str = origin.OWN) -> None:
    """Publish a build whose mentors have these tiers; the one `left_out` is in no sheet in force."""
    origin.switch_build(settings(), of)
    ledger.open_raw()
    models = json.loads(declared().dbt_manifest.read_text(encoding="utf-8"))["nodes"]
    columns = models["model.mentoring.dim_mentors"]["columns"].values()
    typed = ", ".join(f"{column['name']} {column['data_type']}" for column in columns)
    with warehouse.connect(settings().build_path) as connection:
        for schema in ("staging", "intermediate", "marts", "reports"):
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create or replace table {schema}.some as select 1 as one")
        connection.execute(f"create or replace table marts.dim_mentors ({typed})")
        connection.executemany(
            "insert into marts.dim_mentors by name"
            " select $mentor as mentor_id, $tier as tier, $mentor <> $left_out as is_listed",
            [{"mentor": mentor, "tier": tier, "left_out": left_out} for mentor, tier in tiers.items()],
        )
    audit(RUN)
    stages.publish(RUN)


def test_changed_tiers_alert_when_they_are_published(receiver: Receiver) -> None:
    """Who, from what to what; and who came or went with the same sheet."""
    publish({"K1": "Gold", "K2": "Silver", "K3": "Bronze"})
    publish({"K1": "Silver", "K2": "Silver", "K3": "Bronze", "K4": "Gold", "K0": "Gold"}, "K3")
    told = receiver.only()
    assert (told["title"], told["type"]) == ("mentor_tier_report: tiers changed", "info")
    assert f"Run: {RUN}" in told["message"]
    assert "Published: version 2 of " in told["message"]
    assert told["message"].splitlines()[-4:] == [
        "K1: Gold to Silver",
        "K0: new in the sheet, Gold",
        "K3: left out of the sheet, keeps Bronze",
        "K4: new in the sheet, Gold",
    ]


def test_the_first_publication_and_the_same_again_do_not_alert(receiver: Receiver) -> None:
    """Nothing has changed then."""
    for _ in range(3):
        publish({"K1": "Gold"})
    assert len(versions.kept()) == 3
    assert receiver.alerts == []


def test_who_comes_or_goes_is_no_changed_tier(receiver: Receiver) -> None:
    """A mentor in no sheet in force keeps the last tier; the report names both."""
    publish({"K1": "Gold", "K2": "Silver"})
    publish({"K1": "Gold", "K2": "Silver", "K3": "Bronze"}, "K2")
    assert receiver.alerts == []


def test_tiers_of_the_sample_and_own_ones_are_not_compared(receiver: Receiver) -> None:
    """The sample's mentors are none; own data that comes back is compared with own data."""
    publish({"K1": "Gold"})
    publish({"K1": "Bronze"}, of=origin.SAMPLE)
    assert receiver.alerts == []
    publish({"K1": "Silver"})
    assert "K1: Gold to Silver" in receiver.only()["message"]


def test_a_change_alerts_where_only_one_version_is_kept(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version before is gone by the time that the new one is there."""
    monkeypatch.setenv("MENTOR_KEEP_VERSIONS", "1")
    publish({"K1": "Gold"})
    publish({"K1": "Silver"})
    assert len(versions.kept()) == 1
    assert receiver.titles == ["mentor_tier_report: tiers changed"]


def test_warnings_of_the_report_alert(receiver: Receiver, tmp_path: Path) -> None:
    """In its words; a report without a warning sends nothing."""
    report_files.write(RUN, {"tier_report.json": json.dumps({"warnings": ["It is old.", "It is odd."]})})
    load_alerts.data_in_doubt(RUN)
    told = receiver.only()
    assert (told["title"], told["type"]) == ("mentor_tier_report: data in doubt", "warning")
    assert told["message"].endswith("It is old.\nIt is odd.")
    report_files.write(RUN, {"tier_report.json": "{}"})
    load_alerts.data_in_doubt(RUN)
    assert receiver.alerts == []


def queued(ago: timedelta) -> dict[str, Any]:
    """Return what Airflow tells of a run whose deadline has passed, as far as an alert speaks of it."""
    queued_at = (datetime.now(UTC) - ago).isoformat()
    return {"dag_run": {"dag_run_id": RUN, "queued_at": queued_at, "state": "running"}}


def test_a_late_publication_alerts(receiver: Receiver) -> None:
    """Which run, since when, its state, and what is published meanwhile."""
    run_alerts.publication_late(queued(timedelta(hours=2)))
    told = receiver.only()
    assert (told["title"], told["type"]) == ("mentor_tier_report: publication late", "warning")
    for words in (f"Run: {RUN}", " UTC, is running, and has not published within 120 minutes", "nothing yet"):
        assert words in told["message"]


def test_a_publication_in_time_is_not_late(receiver: Receiver) -> None:
    """Not even where its run still writes the report, or failed and another one published instead."""
    publish({"K1": "Gold"})
    run_alerts.publication_late(queued(timedelta(minutes=1)))
    assert receiver.alerts == []


def test_an_older_publication_does_not_hide_a_late_one(receiver: Receiver) -> None:
    """What was published before the run was queued is the answer of yesterday."""
    publish({"K1": "Gold"})
    run_alerts.publication_late(queued(timedelta(minutes=-1)))
    assert "Published stays: version 1 of " in receiver.only()["message"]
