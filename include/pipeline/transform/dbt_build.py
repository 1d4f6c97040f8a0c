"""The task that runs dbt: it holds the warehouse, reports each node, and retries transient errors."""

import json
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cosmos.operators.local import DbtBuildLocalOperator

from include.pipeline.core.built_code import Code
from include.pipeline.core.errors import TransientError, UserFacingError
from include.pipeline.core.settings import settings
from include.pipeline.core.trial import changed_variables
from include.pipeline.engines.chosen import engine
from include.pipeline.orchestration import progress
from include.pipeline.orchestration.page_links import PageLink
from include.pipeline.orchestration.params import FULL_REFRESH
from include.pipeline.transform import build_results, failures
from include.pipeline.transform.artifacts import Audit, read_audit, read_code
from include.pipeline.transform.connection_pin import Hold
from include.pipeline.transform.failures import BuildFailed
from include.pipeline.transform.node_results import RECORDS, RESULTS, Reporter, records
from include.pipeline.transform.node_task import NodeTask

# Seconds before each retry.
WAITS = (5, 20)
# Of the events of dbt that are more than information.
LEVELS = {"warn": logging.WARNING, "error": logging.ERROR}


class CouldNotRun(UserFacingError):
    """dbt had nothing to run on, or did not end."""


def before_dbt(context: Any, operator: DbtBuildLocalOperator) -> None:
    """Revoke the state of the last build before the next one; Cosmos calls it before each build.

    Args:
        context: of the Airflow task.
        operator: whose variables of dbt are the run's.
    """
    # Not at the top of the file: it loads DuckDB, and the DAG is parsed every few seconds.
    from include.pipeline.core import build_state

    # Any variable on the command line makes dbt parse the whole project.
    if variables := changed_variables(context["params"]):
        operator.vars = variables
    build_state.revoke_in(settings().build_path, "`dbt build` began")


class Verdict:
    """What dbt's artifacts say about a build; kept here, as Cosmos removes their folder after its callback.

    Attributes:
        audit: of a whole build; None of anything else.
        code: of the models, well built or not; None if dbt came to none.
    """

    audit: Audit | None = None
    code: Code | None = None

    def take(self, project_dir: str, context: Any) -> None:
        """Read what dbt has left, and keep its results; Cosmos calls it after each build, before it looks at
        dbt's exit code.

        Args:
            project_dir: the copy of the project in which dbt ran.
            context: of the Airflow task.

        Raises:
            BuildFailed: models or tests failed. An error before the first model (of a file, of the
                connection) leaves no results: Cosmos raises it.
        """
        target = Path(project_dir) / "target"
        self.audit = read_audit(target)
        self.code = self.audit.code if self.audit else read_code(target)
        build_results.record(context["run_id"], target)
        failures.raise_all(target)


class DbtBuild(DbtBuildLocalOperator):
    """Runs `dbt build`, and repeats it within the same try if it failed with a transient error.

    A build is safe to repeat: it works in a file that nobody reads, and each model is made in one
    transaction. Airflow's own retries are for a killed process, as after a restart of the scheduler.

    Args:
        **kwargs: as Cosmos' operator.
    """

    operator_extra_links = (PageLink("dbt docs", "dbt/"),)

    def __init__(self, **kwargs: Any) -> None:
        # Airflow runs a shallow copy of the task, which shares them.
        self.verdict = Verdict()
        self.reporter = Reporter()
        self.hold = Hold()
        super().__init__(
            callback=self.verdict.take,
            interceptors=[before_dbt],
            dbt_runner_callbacks=[self.reporter.note, self.hold.take],
            full_refresh=f"{{{{ params.{FULL_REFRESH} }}}}",
            install_deps=False,
            emit_datasets=False,
            should_store_compiled_sql=False,
            **kwargs,
        )

    def adapt_to_one_process(self) -> None:
        """Drop Airflow's retries: one process has no scheduler to start them."""
        self.retries = 0

    def execute(self, context: Any, **kwargs: Any) -> None:
        """Run dbt.

        Raises:
            BuildFailed: models or tests failed, also on the last retry; the tasks that show them report the
                messages.
            UserFacingError: dbt could not run, with the reason.
        """
        # Not at the top of the file: it loads DuckDB, and the DAG is parsed every few seconds.
        from include.pipeline.core.stage import guarded

        guarded(self._build)(context["run_id"], context)

    def _build(self, _run_id: str, context: Any) -> None:
        instance = context["ti"]
        self.reporter.begin(lambda results: instance.xcom_push(key=RESULTS, value=results))
        for wait in (*WAITS, None):
            try:
                self._build_once(context)
                self._end_report(context)
                return
            except (BuildFailed, TransientError) as failure:
                if wait is None or not failure.is_transient:
                    self._end_report(context, getattr(failure, "messages", None))
                    raise
                self.log.warning(
                    "%s\nThis may be transient: dbt builds everything again in %s s.", failure, wait
                )
                time.sleep(wait)

    def _end_report(self, context: Any, failures: dict[str, str] | None = None) -> None:
        results = self.reporter.close(failures)
        context["ti"].xcom_push(key=RECORDS, value=records(_nodes(context), results))

    def _build_once(self, context: Any) -> None:
        # Not at the top of the file: they load DuckDB, and the DAG is parsed every few seconds.
        from include.pipeline.core import build_state
        from include.pipeline.transform.code_check import CodeCheck

        check = CodeCheck()
        self._refresh_if(check.begin(changed_variables(context["params"])))
        failure = None
        try:
            self._run_dbt(context)
        except BuildFailed as error:
            # A test may have failed on old rows, or the increment has other columns than they.
            failure = error
        if self._refresh_if(check.end(self.verdict.code, is_full_refresh=self._is_full_refresh())):
            self._run_dbt(context)
        elif failure:
            raise failure
        # Only after dbt ended well: a killed process may leave results in which everything passed.
        if self.verdict.audit:
            build_state.record(context["run_id"], **asdict(self.verdict.audit))

    def _refresh_if(self, reason: str | None) -> bool:
        """Have dbt build all rows if there is a reason, and it was not to do so anyway; return whether so."""
        if reason is None or self._is_full_refresh():
            return False
        message = f"Full refresh: {reason}."
        self.log.warning(message)
        progress.note_message(message)
        self.full_refresh = True
        return True

    def _is_full_refresh(self) -> bool:
        # The text that its template gives, or as set here.
        return str(self.full_refresh).lower() == "true"

    def _run_dbt(self, context: Any) -> None:
        # Not at the top of the file: it loads DuckDB, and the DAG is parsed every few seconds.
        from include.pipeline.core import diagnostics

        self.verdict.audit = self.verdict.code = None
        progress.note_nodes(sum(map(len, _nodes(context).values())))
        try:
            super().execute(context)
        except UserFacingError:
            raise
        except Exception as error:
            # dbt could not even start: it gives the reason as text only.
            raise diagnostics.of_words(str(error)) or error from error

    def run_dbt_runner(self, *args: Any, **kwargs: Any) -> Any:
        """Run dbt in this process, and close the build afterwards."""
        try:
            return super().run_dbt_runner(*args, **kwargs)
        finally:
            self.hold.release()

    def run_subprocess(self, command: list[str], env: dict[str, str], cwd: str, **kwargs: Any) -> Any:
        """Run dbt in a process of its own, and read its events from its output.

        Raises:
            CouldNotRun: dbt could not begin, or what it runs on was gone for too long.
            UserFacingError: the disk was full, or another fault of the machine.
        """
        # Not at the top of the file: it loads DuckDB, and the DAG is parsed every few seconds.
        from include.pipeline.core import diagnostics

        dbt = engine().begin_dbt()
        done = self.subprocess_hook.run_command(
            command=[*dbt.program, *command[1:]],
            env={**os.environ, **env, "DBT_USE_COLORS": "false"},
            cwd=cwd,
            output_encoding=self.output_encoding,
            process_log_line=self._take_line,
            **kwargs,
        )
        if reason := dbt.end(done.exit_code):
            raise diagnostics.of_words(reason) or CouldNotRun(reason)
        return done

    def _take_line(self, line: str, _: Any) -> None:
        """Take a line of dbt's output, which is an event as JSON or another program's message."""
        try:
            event = json.loads(line, object_hook=lambda fields: SimpleNamespace(**fields))
            self.reporter.note(event)
            if event.info.level != "debug":
                self.log.log(LEVELS.get(event.info.level, logging.INFO), event.info.msg)
        except (ValueError, AttributeError):
            self.log.info(line)

    def calculate_openlineage_events_completes(self, *args: Any, **kwargs: Any) -> bool:
        """Make no lineage events: no listener uses them."""
        return False


def _nodes(context: Any) -> dict[str, Sequence[str]]:
    """Return dbt's nodes of each task that shows some."""
    return {task.task_id: task.nodes for task in context["dag"].tasks if isinstance(task, NodeTask)}
