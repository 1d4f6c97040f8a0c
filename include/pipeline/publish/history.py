"""What a version's manifest says of the versions before it: their figures, and what changed since the last.

Each manifest repeats the history of the version that it followed, so that the history outlives the versions.
A version that was rolled back is not in the history of the next one: its readers did not see it in between.
"""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from include.pipeline.core import origin, project_code, warehouse
from include.pipeline.core.declaration import load
from include.pipeline.core.settings import declared, settings
from include.pipeline.publish import versions
from include.pipeline.publish.versions import Version

log = logging.getLogger(__name__)

# About three years of days.
MAX_EARLIER = 1000
MAX_NAMED = 3
# What the history repeats of an earlier manifest.
KEPT = ("version", "published_at", "run_id", "figures")


def describe(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return what the manifest of the next version says of its data and of the versions before it.

    Args:
        connection: of the build, or of a copy; it is of the origin of the current build.

    Returns:
        `files`: the accepted loads; `code`: hashes of dbt's project; `figures`: of the domain, by group;
        `since`: the version that readers had before, as `KEPT` has it, None for the first one of this origin;
        `changes`: what changed since, as phrases; `earlier`: the versions up to that one, oldest first.
    """
    previous = _previous()
    described: dict[str, Any] = {
        "files": _files(connection),
        "code": project_code.read(),
        "figures": _figures(connection),
    }
    if previous is None:
        return {**described, "since": None, "changes": [], "earlier": []}
    before = previous.manifest
    since = {key: before.get(key) for key in KEPT}
    return {
        **described,
        "since": since,
        "changes": [
            *_loads(before["files"], described["files"]),
            *_of_domain(previous, connection),
            *_code(before.get("code") or {}, described["code"]),
        ],
        "earlier": [*before.get("earlier", ()), since][-MAX_EARLIER:],
    }


def sentence(described: Mapping[str, Any]) -> str:
    """Return what changed since the version that readers had before.

    Args:
        described: a manifest, or what `describe` returns.
    """
    if "since" not in described:
        return "What changed was not recorded."
    since, changes = described["since"], described["changes"]
    if since is None:
        return "The first publication of this data."
    day = date.fromisoformat(since["published_at"][:10])
    version = f"version {since['version']} of {day.day} {day:%B %Y}"
    return f"Since {version}: {'; '.join(changes)}." if changes else f"Nothing changed since {version}."


def percentages(described: Mapping[str, Any]) -> str:
    """Return the percentages of the report's columns, as a phrase; empty where there are none.

    Args:
        described: a manifest, or what `describe` returns.
    """
    found = (described.get("figures") or {}).get("percentages") or {}
    return ", ".join(
        f"{name} {found[name]:.1f} %" for name in declared().report.columns if found.get(name) is not None
    )


def _figures(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    figures = declared().figures
    if figures is None:
        return {}
    try:
        return dict(load(figures)(connection))
    except duckdb.CatalogException as error:
        log.warning("The history of versions will lack the figures of this one: %s", error)
        return {}


def _previous() -> Version | None:
    """The version that readers have, or the newest one of the build's origin where theirs is of another."""
    present = origin.of_build(settings())
    same = [version for version in versions.kept() if version.manifest["origin"] == present]
    return next((version for version in same if version.is_published), same[-1] if same else None)


def _files(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    files = connection.execute(
        "select load_id, source, file_name, sha256, rows_in_file, rows_loaded, rows_rejected,"
        " rows_duplicate, data_date::varchar as data_date"
        " from raw.loads where status = 'accepted' order by load_id"
    )
    names = [column[0] for column in files.description or []]
    return [dict(zip(names, row, strict=True)) for row in files.fetchall()]


def _loads(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    known, present = ({file["load_id"]: file for file in files} for files in (before, after))
    latest: dict[str, str] = {}
    for file in before:
        latest[file["source"]] = max(file["data_date"], latest.get(file["source"], ""))
    return [
        *(
            _new(file, is_late=file["data_date"] < latest.get(file["source"], ""))
            for load_id, file in present.items()
            if load_id not in known
        ),
        *(
            f"load {load_id} withdrawn ({file['file_name']} of {file['data_date']})"
            for load_id, file in known.items()
            if load_id not in present
        ),
    ]


def _new(file: dict[str, Any], *, is_late: bool) -> str:
    rows = "row" if file["rows_loaded"] == 1 else "rows"
    rejected = f", {file['rows_rejected']:,} rejected" if file["rows_rejected"] else ""
    return (
        f"{file['rows_loaded']:,} {rows} of {file['file_name']} of {file['data_date']}"
        f"{' (late)' if is_late else ''}{rejected}"
    )


def _of_domain(previous: Version, connection: duckdb.DuckDBPyConnection) -> list[str]:
    changes = declared().changes
    if changes is None:
        return []
    try:
        with warehouse.connect(previous.database, read_only=True) as before:
            return _brief(load(changes)(before, connection))
    except duckdb.Error as error:
        # An earlier version may have had other tables, which must not stop a publication.
        log.warning("What changed since version %s is not known: %s", previous.number, error)
        return []


def _code(before: dict[str, str], after: dict[str, str]) -> list[str]:
    changed = sorted(name for name in before | after if before.get(name) != after.get(name))
    return [f"code of {', '.join(_brief(changed))}"] if before and after and changed else []


def _brief(items: list[str]) -> list[str]:
    more = len(items) - MAX_NAMED
    return [*items[:MAX_NAMED], f"{more:,} more"] if more > 1 else items
