"""Runs dbt on Spark over a build's tables: `python -m include.pipeline.engines.spark.dbt_main FOLDER …`.

All that follows the folder is dbt's own command; so is the exit code. The folder is one that
`include.pipeline.engines.spark.storage.dbt_tables.begin` has made.
"""

import os
import signal
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from dbt.cli.main import dbtRunner

from include.pipeline.core.errors import UserFacingError
from include.pipeline.engines.spark import cluster, session
from include.pipeline.engines.spark.spark_settings import spark_settings
from include.pipeline.engines.spark.watchdog import watching

# In the folder of a build: why dbt could not run, and its id of the command that changed the tables.
REASON = "reason.txt"
INVOCATION = "invocation.txt"
# dbt's own exit codes.
FAILED, COULD_NOT_RUN = 1, 2


def main(arguments: list[str]) -> int:
    """Run dbt; return 0, 1 if something failed, 2 if dbt could not run."""
    folder = Path(arguments[0])
    try:
        current = spark_settings()
        wait = timedelta(minutes=current.spark_wait_minutes)
        with ExitStack() as own:

            def give_up(reason: str) -> None:
                """End this process and its cluster, but leave the session: stopping it may block forever."""
                _could_not_run(folder, reason)
                own.close()
                os._exit(COULD_NOT_RUN)

            master = own.enter_context(cluster.running(current.spark_master))
            with session.opened(folder, master) as spark, watching(spark, wait, give_up):
                # Cosmos ends it by SIGINT, for which the session has a handler of its own.
                for signum in (signal.SIGINT, signal.SIGTERM):
                    signal.signal(
                        signum, lambda number, _: give_up(f"Ended by {signal.Signals(number).name}.")
                    )
                session.prepare(spark, folder)
                done = dbtRunner().invoke(arguments[1:])
                session.note_tables(spark, folder)
                # By the macro revoke_build_state.
                invocation_id = spark.conf.get("pipeline.invocation_id", "")
                (folder / INVOCATION).write_text(invocation_id, encoding="utf-8")
    except UserFacingError as error:
        return _could_not_run(folder, error)
    if done.exception:
        return _could_not_run(folder, done.exception)
    return 0 if done.success else FAILED


def _could_not_run(folder: Path, reason: object) -> int:
    print(reason, file=sys.stderr, flush=True)
    (folder / REASON).write_text(str(reason), encoding="utf-8")
    return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
