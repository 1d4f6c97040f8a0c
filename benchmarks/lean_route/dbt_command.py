"""The command line of dbt on the project of the lean route."""

import sys
from pathlib import Path

PROJECT = Path(__file__).parent
# As `profiles.yml` has it, in the folder that MENTOR_WAREHOUSE_DIR names.
DATABASE = "lean_route.duckdb"


def dbt(warehouse: Path, command: str, *arguments: str) -> list[str]:
    """Return the words of a dbt command, which leaves its artifacts in the warehouse too."""
    folders = {
        "--project-dir": PROJECT,
        "--profiles-dir": PROJECT,
        "--target-path": warehouse / "target",
        "--log-path": warehouse / "logs",
    }
    options = [str(word) for option in folders.items() for word in option]
    return [str(Path(sys.executable).with_name("dbt")), command, *options, *arguments]
