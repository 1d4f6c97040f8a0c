"""Reads what the published versions say of each other: the last one, and the figures of those before it."""

from datetime import UTC, datetime
from typing import Any

import duckdb

from include.mentoring.figures import figures
from include.pipeline.publish import history, versions


def read(connection: duckdb.DuckDBPyConnection, *, of_trial: bool) -> dict[str, Any]:
    """Return the place of this database among the published versions.

    Args:
        connection: of the published database, or of the build of a trial.
        of_trial: which of them it is.

    Returns:
        `figures`: of this database; `version`: its number, None for a trial; `published_at`: ISO 8601, UTC;
        `since`: the version that readers had before, with its figures, or None; `changes`: what changed
        since, as phrases; `earlier`: all versions before with their figures, oldest first.
    """
    if of_trial:
        found = history.describe(connection) | {"version": None, "published_at": _now()}
    else:
        found = next((version.manifest for version in versions.kept() if version.is_published), {})
    return {
        "figures": figures(connection),
        "version": found.get("version"),
        "published_at": found.get("published_at"),
        "since": found.get("since"),
        "changes": found.get("changes") or [],
        "earlier": found.get("earlier") or [],
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
