"""The command line of dbt, as the contestants that run dbt themselves need it."""

import sys
from pathlib import Path

from include.pipeline.core.settings import declared

# As Cosmos calls it: dbt parses the whole project again where these differ from the last parse.
ON_THE_PROJECT = (
    *("--project-dir", str(declared().dbt_project), "--profiles-dir", str(declared().dbt_project)),
    *("--profile", declared().database, "--target", "build"),
)


def dbt(command: str, *arguments: str) -> list[str]:
    """Return the words of a dbt command on the project."""
    return [str(Path(sys.executable).with_name("dbt")), command, *ON_THE_PROJECT, *arguments]
