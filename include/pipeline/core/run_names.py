"""Names of runs, for files and folders."""

import re

LATEST = "latest"


def file_name(run_id: str) -> str:
    """Return the run's name in characters that every file system accepts; never `latest` or a hidden name."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", run_id).lstrip(".")
    return f"run-{name}" if name in ("", LATEST) else name
