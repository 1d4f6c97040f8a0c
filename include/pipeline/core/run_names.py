"""Names of runs, as files and folders take them."""

import re

LATEST = "latest"


def file_name(run_id: str) -> str:
    """Return the run's name as every file system takes it; never a name with a meaning of its own."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", run_id).lstrip(".")
    return f"run-{name}" if name in ("", LATEST) else name
