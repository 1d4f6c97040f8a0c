"""`python -m include.mentoring.spark.dbt FOLDER …`: runs dbt on Spark, over the tables of a build's folder.

All that follows the folder is dbt's own command; so is the exit code. The folder is one that
`include.mentoring.lake.tables.begin` has made.
"""

import signal
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner

from include.mentoring import settings
from include.mentoring.errors import MentoringError
from include.mentoring.spark import cluster, session

# As dbt's own program exits.
FAILED, COULD_NOT_RUN = 1, 2


def main(arguments: list[str]) -> int:
    """Run dbt; return 0, 1 where something failed, 2 where dbt could not run."""
    folder = Path(arguments[0])
    # Airflow ends a task so; the session and the cluster are to be ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(COULD_NOT_RUN))
    try:
        with (
            cluster.running(settings.spark_master()) as master,
            session.opened(folder, master) as spark,
        ):
            done = dbtRunner().invoke(arguments[1:])
            session.note_tables(spark, folder)
    except MentoringError as error:
        print(error, file=sys.stderr)
        return COULD_NOT_RUN
    if done.exception:
        print(done.exception, file=sys.stderr)
        return COULD_NOT_RUN
    return 0 if done.success else FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
