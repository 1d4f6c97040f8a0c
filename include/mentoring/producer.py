"""The task that runs dbt: Cosmos' producer, which holds the warehouse and builds again what may pass."""

import time
from collections.abc import Callable
from typing import Any

from cosmos.operators.watcher import DbtProducerWatcherOperator

from include.mentoring.build_failures import FAILURES, BuildFailed
from include.mentoring.errors import MentoringError, PassingFault

# Seconds before each further build.
WAITS = (5, 20)


class RetryingProducer(DbtProducerWatcherOperator):
    """Builds again, as a whole and inside the same try, what failed for a reason that may pass.

    Airflow's own retries are no help: the tasks that show the models do not wait for a second try of the
    producer (cosmos #3001). A build is safe to repeat: it works in a file that nobody reads, and each
    model is made in one transaction.
    """

    def execute(self, context: Any, **kwargs: Any) -> Any:
        """Run dbt.

        Raises:
            BuildFailed: models or tests failed, again where they were tried again; the messages are left
                for the tasks that show them.
        """
        # Not at the head of the file: it loads DuckDB, and the DAG is parsed every few seconds.
        from include.mentoring.guard import guarded

        return guarded(_execute)(context["run_id"], super().execute, context, **kwargs)

    def run_command(self, *args: Any, **kwargs: Any) -> Any:
        """Run dbt, and again while what fails may pass."""
        for wait in (*WAITS, None):
            try:
                return self._run_once(*args, **kwargs)
            except (BuildFailed, PassingFault) as failure:
                if wait is None or not failure.may_pass:
                    messages = getattr(failure, "messages", {})
                    kwargs["context"]["ti"].xcom_push(key=FAILURES, value=messages)
                    raise
                self.log.warning("%s\nThis may pass: dbt builds all of it again in %s s.", failure, wait)
                time.sleep(wait)

    def _run_once(self, *args: Any, **kwargs: Any) -> Any:
        # What Cosmos remembers of the build before would be told again.
        self._dbt_runner_callbacks = None
        self._upstream_failure_skipped_ids.clear()
        self.test_results_per_model.clear()
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
