"""One run of the pipeline in this process: its stages in the DAG's order. The one place that calls them."""

import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from include.pipeline.core import build_state, diagnostics
from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.settings import declared, settings
from include.pipeline.core.stage import guarded
from include.pipeline.orchestration import stages
from include.pipeline.quality.validate import validate
from include.pipeline.transform import artifacts, failures
from tests.dbt.pipeline import WITHOUT_TESTS
from tests.faults import points, warm, world
from tests.faults.world import Day
from tests.support.deliveries import audit

STAGES = ("ingest", "gate", "accept", "dbt", "publish", "report")
OTHERS: dict[str, Callable[[str], object]] = {
    "gate": validate,
    "accept": stages.accept,
    "publish": stages.publish,
    "report": stages.report,
}
END = "end"

Enter = Callable[[str], None]
Finished = Callable[[str], None]


def run(
    day: Day,
    enter: Enter = lambda stage: None,
    finished: Finished = lambda node: None,
    *,
    first: str = STAGES[0],
    has_tests: bool = True,
) -> None:
    """Run the stages.

    Args:
        day: which run, on which delivery.
        enter: receives the stage that begins, and `END`.
        finished: receives the name of each node of dbt that has ended.
        first: where another process of the same run went as far as this stage, as the scheduler's do.
        has_tests: whether dbt tests what it builds.

    Raises:
        UserFacingError: the run cannot go on, for the reason of its message.
    """
    for stage in STAGES[STAGES.index(first) :]:
        if stage == "ingest":
            _ingest(day, enter)
            continue
        enter(stage)
        if stage == "dbt":
            _build(day.run_id, day.data_date, finished, has_tests)
        else:
            OTHERS[stage](day.run_id)
    enter(END)


def _ingest(day: Day, enter: Enter) -> None:
    enter("receive")
    received = stages.receive(day.run_id, day.data_date)
    for source in declared().source_names:
        enter(f"land {source}")
        stages.land(day.run_id, source, received)


@guarded
def _build(run_id: str, data_date: str, finished: Finished, has_tests: bool) -> None:
    """As the DAG's producer does: one `dbt build`, whose failures are reported model by model."""

    def listen(event: Any) -> None:
        if event.info.name == "NodeFinished":
            finished(event.data.node_info.node_name)

    build_state.revoke_in(settings().build_path, "dbt began")
    os.environ["MENTOR_DATA_DATE"] = data_date
    where = ["--project-dir", str(declared().dbt_project), "--profiles-dir", str(declared().dbt_project)]
    # What dbt prints goes to a log; the screen is for the run's last words.
    command = ["build", "--exclude-resource-type", "unit_test"] if has_tests else [*WITHOUT_TESTS]
    built = dbtRunner(manifest=warm.MANIFEST, callbacks=[listen]).invoke(
        ["--log-level", "none", *command, *where]
    )
    if not built.success:
        failed = failures.describe(Path(os.environ["DBT_TARGET_PATH"]))
        if failed:
            raise failures.BuildFailed(failed, is_transient=False)
        raise diagnostics.of_words(str(built.exception)) or RuntimeError(
            f"dbt ended early: {built.exception}"
        )
    if has_tests:
        found = artifacts.read_audit(Path(os.environ["DBT_TARGET_PATH"]))
        assert found, "dbt ended well and has not built and tested everything"
        build_state.record(run_id, **asdict(found))
    else:
        audit(run_id)


def _main(number: str, killed_at: str) -> None:
    """Run the day of this number; die at the beginning of a stage, if one is named."""

    def enter(stage: str) -> None:
        if stage == killed_at:
            points.kill()

    try:
        run(world.day(int(number)), enter)
    except UserFacingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    _main(*sys.argv[1:])
