"""The task that runs dbt: Cosmos' producer, which holds the warehouse and builds again what may pass."""

import json
import os
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from cosmos.operators.watcher import DbtProducerWatcherOperator

from include.mentoring.errors import MentoringError, PassingFault
from include.mentoring.run_params import FULL_REFRESH
from include.mentoring.transform.failures import BuildFailed
from include.mentoring.transform.holding import Hold
from include.mentoring.transform.results import RESULTS, Teller
from include.mentoring.trial import WINDOW, standard_window_days

# Seconds before each further build.
WAITS = (5, 20)


class CouldNotRun(MentoringError):
    """There was no Spark for dbt to run on, or no end to it."""


class RetryingProducer(DbtProducerWatcherOperator):
    """Builds again, as a whole and inside the same try, what failed for a reason that may pass.

    A build is safe to repeat: it works in a file that nobody reads, and each model is made in one
    transaction. Airflow's own retries are for a process that was killed, as by a restart of the scheduler.
    """

    def execute(self, context: Any, **kwargs: Any) -> Any:
        """Run dbt.

        Raises:
            BuildFailed: models or tests failed, again where they were tried again; the messages are left
                for the tasks that show them.
        """
        # Not at the head of the file: it loads DuckDB, and the DAG is parsed every few seconds.
        from include.mentoring.guard import guarded

        self.full_refresh = context["params"][FULL_REFRESH]
        # A variable that is given has dbt parse the whole project.
        if context["params"][WINDOW] != standard_window_days():
            self.vars = {WINDOW: context["params"][WINDOW]}
        # Past Cosmos' own producer, which would skip a second try (cosmos #3001).
        execute = super(DbtProducerWatcherOperator, self).execute
        return guarded(_execute)(context["run_id"], execute, context, **kwargs)

    def run_command(self, *args: Any, **kwargs: Any) -> Any:
        """Run dbt, and again while what fails may pass."""
        instance = kwargs["context"]["ti"]
        self.teller = Teller(lambda results: instance.xcom_push(key=RESULTS, value=results))
        for wait in (*WAITS, None):
            try:
                done = self._run_once(*args, **kwargs)
                self.teller.close()
                return done
            except (BuildFailed, PassingFault) as failure:
                if wait is None or not failure.may_pass:
                    self.teller.close(getattr(failure, "messages", None))
                    raise
                self.log.warning("%s\nThis may pass: dbt builds all of it again in %s s.", failure, wait)
                time.sleep(wait)

    def run_dbt_runner(self, command: list[str], env: dict[str, str], cwd: str, **kwargs: Any) -> Any:
        """Run dbt in this process.

        Past Cosmos' own producer, which makes three XComs of each node and would take longer over them
        than dbt over the build.
        """
        hold = Hold()
        self._dbt_runner_callbacks = [self.teller.note, hold.take]
        try:
            return super(DbtProducerWatcherOperator, self).run_dbt_runner(command, env, cwd, **kwargs)
        finally:
            hold.release()

    def run_subprocess(self, command: list[str], env: dict[str, str], cwd: str, **kwargs: Any) -> Any:
        """Run dbt on Spark, in an environment of its own; past Cosmos' own producer as well.

        Raises:
            CouldNotRun: dbt could not begin, or Spark's cluster was gone for too long.
            MentoringError: the disk was full, or another fault of the machine.
        """
        # Not at the head of the file: it loads DuckDB, and the DAG is parsed every few seconds.
        from include.mentoring import faults
        from include.mentoring.lake import tables

        folder = tables.begin()
        self._process_log_line_callable = self._take_line
        done = super(DbtProducerWatcherOperator, self).run_subprocess(
            [*tables.program(folder), *command[1:]],
            {**os.environ, **env, "DBT_USE_COLORS": "false"},
            cwd,
            **kwargs,
        )
        tables.end(folder, is_finished=done.exit_code == 0)
        if reason := tables.reason(folder):
            raise faults.of_words(reason) or CouldNotRun(reason)
        return done

    def _take_line(self, line: str, _: Any) -> None:
        """Take a line of dbt's output, which is an event as JSON or a word of Spark's or Java's."""
        try:
            event = json.loads(line, object_hook=lambda fields: SimpleNamespace(**fields))
            self.teller.note(event)
            if event.info.level != "debug":
                self.log.info(event.info.msg)
        except (ValueError, AttributeError):
            self.log.info(line)

    def calculate_openlineage_events_completes(self, *args: Any, **kwargs: Any) -> bool:
        """Make no events of lineage, which Airflow would take from no task of dbt."""
        return False

    def _run_once(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().run_command(*args, **kwargs)
        except MentoringError:
            raise
        except Exception as error:
            # dbt could not even begin: it says why in words alone.
            from include.mentoring import faults

            raise faults.of_words(str(error)) or error from error


def _execute(_run_id: str, execute: Callable[..., Any], context: Any, **kwargs: Any) -> Any:
    return execute(context, **kwargs)
