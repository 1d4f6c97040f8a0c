"""Under a scheduler: a late delivery is waited for, a missing one fails the run or not, and backfills.

One story, for a scheduler takes long to start: the deliveries of three days, of which each comes late.
"""

import csv
import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from include.mentoring.sources import EVENTS, MENTORS
from include.pipeline.core.settings import declared
from include.simulator.any_size import write_delivery
from tests.support.deployment import Deployment
from tests.support.scheduler import Scheduler, scheduling, until

pytestmark = pytest.mark.scheduler

DAYS = ("2025-05-01", "2025-05-02", "2025-05-03")
AWAIT = "ingest.await_delivery"
GATE = "dbt.built"
WITHOUT_DELIVERY = {
    "ingest.receive",
    *(f"ingest.{name}" for name in declared().source_names),
    "validate.quality_gate",
    "validate.accept",
}


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the deliveries of three days: more events every day, and a tier that changes."""
    folder = tmp_path_factory.mktemp("deliveries")
    write_delivery(folder / "all", events=900)
    events = json.loads((folder / "all" / EVENTS.file_name).read_text(encoding="utf-8"))
    with (folder / "all" / MENTORS.file_name).open(encoding="utf-8", newline="") as file:
        mentors = list(csv.reader(file))
    for number, day in enumerate(DAYS, 1):
        shutil.copytree(folder / "all", folder / day)
        (folder / day / EVENTS.file_name).write_text(json.dumps(events[: 300 * number]), encoding="utf-8")
        mentors[1][1] = ("Gold", "Silver", "Bronze")[number - 1]
        with (folder / day / MENTORS.file_name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(mentors)
    return folder


@pytest.fixture(scope="module")
def by_hand(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Future[Deployment]]:
    """A deployment that runs every day by hand, at the same time as the scheduler's second run."""
    deployment = Deployment(
        tmp_path_factory.mktemp("by_hand"), environment={"MENTOR_DATA_DIR": str(deliveries)}
    )

    def run() -> Deployment:
        for day in DAYS:
            done = deployment.command("run", "--date", day)
            assert done.returncode == 0, done.stdout
        return deployment

    with ThreadPoolExecutor() as pool:
        yield pool.submit(run)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    """A scheduler that waits for an hour, then fails, with an empty landing folder."""
    deployment = Deployment(tmp_path_factory.mktemp("scheduled"))
    deployment.data.mkdir()
    with scheduling(deployment, MENTOR_DELIVERY_WAIT_MINUTES="60", MENTOR_DELIVERY_LATE="fail") as scheduler:
        yield scheduler


@dataclass
class Run:
    """A run, and the states of its tasks while it waited and after its end."""

    id: str
    state: str
    waiting: dict[str, str | None]
    states: dict[str, str | None]


@dataclass
class Published:
    """Hashes of what readers open, and of the rows in it."""

    outputs: dict[str, str]
    marts: dict[str, str]


@pytest.fixture(scope="module")
def late(scheduler: Scheduler, deliveries: Path) -> Run:
    """The run of the first day, whose delivery comes while it waits."""
    run, waiting = begin_to_wait(scheduler, DAYS[0])
    shutil.copytree(deliveries / DAYS[0], scheduler.deployment.data / DAYS[0])
    # While dbt builds, tasks of models turn green; the times of their end are dbt's once the run has ended.
    until(lambda: is_building(scheduler.states(run)))
    return Run(run, scheduler.ended(run), waiting, scheduler.states(run))


@pytest.fixture(scope="module")
def published(scheduler: Scheduler, late: Run) -> Published:
    """What readers found after the first day."""
    return Published(scheduler.deployment.outputs(), scheduler.deployment.marts())


@pytest.fixture(scope="module")
def missing(scheduler: Scheduler, published: Published, by_hand: Future[Deployment]) -> Run:
    """The run of the second day, without a delivery; the triggerer restarts, with a shorter wait."""
    run, waiting = begin_to_wait(scheduler, DAYS[1])
    scheduler.start("triggerer", MENTOR_DELIVERY_WAIT_MINUTES="0.01")
    return Run(run, scheduler.ended(run), waiting, scheduler.states(run))


@pytest.fixture(scope="module")
def without(scheduler: Scheduler, missing: Run) -> Run:
    """The run of the third day, without a delivery, in a deployment that goes on then."""
    scheduler.start("scheduler", MENTOR_DELIVERY_WAIT_MINUTES="0.01", MENTOR_DELIVERY_LATE="previous")
    run = scheduler.trigger(DAYS[2])
    return Run(run, scheduler.ended(run), {}, scheduler.states(run))


def begin_to_wait(scheduler: Scheduler, day: str) -> tuple[str, dict[str, str | None]]:
    run = scheduler.trigger(day)
    until(lambda: " lacks " in scheduler.log(run, AWAIT))
    return run, scheduler.states(run)


def is_building(states: dict[str, str | None]) -> bool:
    models = {state for name, state in states.items() if name.startswith("dbt.staging.")}
    return "success" in models and states["dbt.build"] == "running"


def at_work(scheduler: Scheduler, run: str) -> tuple[datetime, datetime]:
    tasks = scheduler.tasks(run)
    moments = (tasks["ingest.receive"]["start_date"], tasks["publish"]["end_date"])
    return datetime.fromisoformat(moments[0]), datetime.fromisoformat(moments[1])


@pytest.mark.smoke
def test_a_late_delivery_is_waited_for_without_a_worker(scheduler: Scheduler, late: Run) -> None:
    """The run goes on by itself when the delivery has come."""
    assert set(late.waiting.values()) == {"deferred", None}
    assert set(late.states.values()) == {"success"}
    assert late.state == "success"
    assert "lacks users_db_export.csv, mentor_tiers.csv, booking_events.json" in scheduler.log(late.id, AWAIT)


def test_the_tasks_of_models_have_dbts_times(scheduler: Scheduler, late: Run) -> None:
    """They waited from the run's beginning, and their duration is what dbt needed."""
    tasks = scheduler.tasks(late.id)
    nodes = [
        task for name, task in tasks.items() if name.startswith("dbt.") and name not in ("dbt.build", GATE)
    ]
    build = tasks["dbt.build"]
    assert len(nodes) > 100
    for task in nodes:
        moments = [build["start_date"], task["start_date"], task["end_date"], build["end_date"]]
        assert moments == sorted(moments), task["task_id"]
    for model in ("staging.stg_events", "marts.fct_sessions", "reports.rpt_rebooking"):
        (seconds,) = re.findall(r"OK, ([\d.]+) s", scheduler.log(late.id, f"dbt.{model}.run"))
        assert abs(tasks[f"dbt.{model}.run"]["duration"] - float(seconds)) < 1, model


def test_a_delivery_that_does_not_come_fails_the_run(
    scheduler: Scheduler, published: Published, missing: Run
) -> None:
    """After a wait that counts from the start of the run, once, with a message; readers notice nothing."""
    assert missing.state == "failed"
    assert missing.states[AWAIT] == "failed"
    assert {missing.states[task] for task in WITHOUT_DELIVERY} == {"upstream_failed"}
    folder = scheduler.deployment.data / DAYS[1]
    log = scheduler.log(missing.id, AWAIT)
    assert f"The delivery of {DAYS[1]} is late: {folder} lacks users_db_export.csv, mentor_tiers.csv" in log
    assert "deliver them and run again" in log
    assert scheduler.tasks(missing.id)[AWAIT]["try_number"] == 1
    assert scheduler.deployment.outputs() == published.outputs


def test_a_run_may_go_on_without_its_delivery(
    scheduler: Scheduler, published: Published, without: Run
) -> None:
    """The tasks of the delivery are skipped, the others build, publish and report the previous data."""
    assert without.state == "success"
    assert {task for task, state in without.states.items() if state == "skipped"} == WITHOUT_DELIVERY
    assert {state for state in without.states.values()} == {"skipped", "success"}
    assert f"The run goes on with the data of {DAYS[0]}" in scheduler.log(without.id, AWAIT)
    assert scheduler.deployment.results()["run_id"] == without.id
    assert scheduler.deployment.marts() == published.marts


@pytest.mark.smoke
def test_a_cleared_publish_of_an_older_run_is_refused(scheduler: Scheduler, late: Run, without: Run) -> None:
    """What another run has built since is not published under the older run's name."""
    before = scheduler.deployment.outputs()
    scheduler.clear(late.id, "publish")
    until(lambda: scheduler.states(late.id)["publish"] == "failed")
    assert f"found that it was built by {without.id}" in scheduler.log(late.id, "publish")
    assert scheduler.deployment.outputs() == before


def test_a_run_that_could_never_begin_is_refused(scheduler: Scheduler, without: Run) -> None:
    """Over the API, as the UI does, and by command: Airflow would let every other run wait for it."""
    before = {run["dag_run_id"] for run in scheduler.runs()}
    for day, words in (("9998-08-01", "lies in the future"), ("2019-12-31", "found 2019-12-31")):
        with pytest.raises(AssertionError, match=words):
            scheduler.trigger(day)
    with pytest.raises(AssertionError, match="lies in the future"):
        scheduler.command("dags", "trigger", declared().dag_id, "--logical-date", "9998-08-01")
    with pytest.raises(AssertionError, match="found windw in conf"):
        scheduler.command("dags", "trigger", declared().dag_id, "--conf", '{"windw": 7}')
    assert {run["dag_run_id"] for run in scheduler.runs()} == before


def test_a_task_that_is_cleared_alone_holds_up_no_other_run(scheduler: Scheduler, without: Run) -> None:
    """The next one is a second run for a day, as when the day's file comes again, corrected."""
    model = next(task for task in without.states if task.startswith("dbt.marts."))
    for task, logged in ((model, "Nothing was built: dbt.build had ended before"), (GATE, "")):
        scheduler.clear(without.id, task)
        # On a slow machine the request is repeated.
        until(lambda task=task: scheduler.tasks(without.id)[task]["try_number"] > 1)
        assert scheduler.ended(without.id) == "success"
        assert logged in scheduler.log(without.id, task)
    holder = scheduler.deployment.folder / "warehouse" / "build" / "holder.json"
    assert json.loads(holder.read_text(encoding="utf-8"))["run"] == without.id
    run = scheduler.trigger(DAYS[0], is_logical=False)
    assert scheduler.ended(run) == "success"
    assert "Waiting for" not in scheduler.log(run, AWAIT)
    assert f"{scheduler.deployment.data / DAYS[0]}" in scheduler.log(run, "ingest.receive")


def test_a_backfill_of_deliveries_that_came_later_gives_what_daily_runs_give(
    scheduler: Scheduler, deliveries: Path, without: Run, by_hand: Future[Deployment]
) -> None:
    """Of the day that failed and of the one that went without; one run at a time, whatever Airflow starts."""
    for day in DAYS[1:]:
        shutil.copytree(deliveries / day, scheduler.deployment.data / day)
    dates = ("--from-date", DAYS[1], "--to-date", DAYS[2])
    # In the order of their days, so that the ids of loads are those of daily runs too.
    again = ("--reprocess-behavior", "completed", "--max-active-runs", "1")
    scheduler.command("backfill", "create", "--dag-id", "mentor_tier_report", *dates, *again)
    backfill = [run["dag_run_id"] for run in scheduler.runs() if run["run_type"] == "backfill"]
    assert len(backfill) == 2
    assert [scheduler.ended(run) for run in backfill] == ["success", "success"]
    first, second = sorted(at_work(scheduler, run) for run in backfill)
    assert first[1] <= second[0]
    assert scheduler.deployment.marts() == by_hand.result().marts()
