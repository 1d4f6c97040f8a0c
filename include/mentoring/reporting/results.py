"""Reads the results of the published database, as `tier_report.json` holds them (SPEC section 5)."""

from typing import Any

import duckdb

from include.mentoring import warehouse
from include.mentoring.errors import WarehouseInvalid
from include.mentoring.settings import settings

HEADLINE_LENS = "sessions"
LENSES = (HEADLINE_LENS, "bookings", "intent")
TIER_ORDER = ("Gold", "Silver", "Bronze", "Unknown")


def read(run_id: str) -> dict[str, Any]:
    """Return the results of the published database.

    Args:
        run_id: of the run that reports.

    Returns:
        The document of SPEC section 5; times are ISO 8601 in UTC, rates in percent to two decimals,
        each list in a fixed order (highest rate first inside a lens and cohort).

    Raises:
        WarehouseInvalid: nothing is published.
    """
    published = settings().published_path
    if not published.exists():
        raise WarehouseInvalid(
            f"{published} is missing. Expected a published database to report on; run `make run`."
        )
    with warehouse.connect(published, read_only=True) as connection:
        (parameters,) = _rows(connection, "select * from reports.rpt_parameters")
        observation_end = parameters.pop("observation_end")
        return {
            "run_id": run_id,
            "origin": _origin(connection),
            "observation_end": f"{observation_end.isoformat()}Z" if observation_end else None,
            "parameters": parameters,
            "files": _rows(
                connection,
                """
                select
                    source,
                    file_name as file,
                    sha256,
                    rows_in_file,
                    rows_loaded,
                    rows_rejected,
                    rows_duplicate,
                    data_date::varchar as data_date
                from reports.rpt_files
                order by load_id
                """,
            ),
            "rebooking": _rows(
                connection,
                """
                select
                    lens,
                    cohort,
                    tier,
                    tier_category,
                    total_users_w_sessions,
                    rebooked_count,
                    rebooking_rate_pct::double as rebooking_rate_pct,
                    is_category_total
                from reports.rpt_rebooking
                order by
                    list_position($lenses, lens),
                    cohort,
                    is_category_total,
                    rebooking_rate_pct desc,
                    list_position($tiers, tier)
                """,
                {"lenses": list(LENSES), "tiers": list(TIER_ORDER)},
            ),
        }


def rebooking(
    results: dict[str, Any], lens: str, *, cohort: str = "all", totals: bool = False
) -> list[dict[str, Any]]:
    """Return the rebooking rows of a lens and cohort: the tiers, or the category totals."""
    return [
        row
        for row in results["rebooking"]
        if (row["lens"], row["cohort"], row["is_category_total"]) == (lens, cohort, totals)
    ]


def _origin(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("select max(origin) from raw.loads").fetchone()
    assert row is not None
    return str(row[0])


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    cursor = connection.execute(query, parameters or {})
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
