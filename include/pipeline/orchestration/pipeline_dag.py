"""A DAG that one process can run as a whole: `airflow dags test` and `dag.test()`.

There is no scheduler then, no triggerer and nobody to retry, so tasks may take another form.
"""

import gc
import sys
from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable

from airflow.sdk import DAG

from include.pipeline.core.errors import UserFacingError
from include.pipeline.orchestration.params import require_known


@runtime_checkable
class AdaptsToOneProcess(Protocol):
    """A task that takes another form where one process runs all tasks."""

    def adapt_to_one_process(self) -> None:
        """Take that form; the DAG is complete by then."""


class PipelineDag(DAG):
    """A DAG whose `test()` has the warehouse to itself; `airflow dags test` always calls it."""

    def test(self, *args: Any, **kwargs: Any) -> Any:
        """Run the DAG once in this process.

        Args:
            *args: as Airflow's `DAG.test`.
            **kwargs: as Airflow's `DAG.test`, with `run_conf` by name.

        Returns:
            The DAG run.

        Raises:
            SystemExit: a parameter is unknown, another run has the warehouse and does not end in time, or a
                scheduler may share Airflow's records.
        """
        from include.pipeline.orchestration import progress

        _acquire_warehouse(kwargs.get("run_conf") or {}, self.params)
        # What is loaded by now stays until the process ends: do not search it for garbage.
        gc.freeze()
        # Airflow's `test` saves no deadline, and fails when it looks for one after a run that succeeded.
        self.deadline = None
        progress.note_plan(task.task_id for task in self.topological_sort())
        for task in self.tasks:
            if isinstance(task, AdaptsToOneProcess):
                task.adapt_to_one_process()
        return super().test(*args, **kwargs)


def _acquire_warehouse(asked: Iterable[str], known: Iterable[str]) -> None:
    """Acquire the warehouse lock for this process, before it changes anything.

    Of two runs for the same date at once, the second would clear the first one's records.
    """
    # Not at the top of the file: they load DuckDB, and the DAG is parsed every few seconds.
    from include.pipeline.core import lock
    from include.pipeline.core.diagnostics import explained
    from include.pipeline.orchestration import airflow_database, progress

    def notify(waiting: str) -> None:
        print(waiting, file=sys.stderr, flush=True)
        progress.note_message(waiting)

    try:
        with explained():
            require_known(asked, known)
            airflow_database.require_own()
            lock.acquire("airflow dags test", is_one_process=True, notify=notify)
    except UserFacingError as error:
        progress.note_refusal(str(error))
        raise SystemExit(str(error)) from error
