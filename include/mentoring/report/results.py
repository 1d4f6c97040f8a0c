"""Reads the results of the published database, as `tier_report.json` holds them."""

from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

import duckdb

from include.mentoring.report import gate_results, publications, queries
from include.pipeline.core import trial, warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import settings

HEADLINE_LENS = "sessions"
LENSES = (HEADLINE_LENS, "bookings", "intent")
TIER_ORDER = ("Gold", "Silver", "Bronze", "Unknown")
CATEGORY_ORDER = ("top_tier", "standard_tier", "unknown")
VARIANTS = (
    "window_14d",
    "window_60d",
    "window_90d",
    "recorded_ends_only",
    "active_users_only",
    "first_request_not_cancelled",
    "per_session",
    "third_session",
    "from_first_request",
    "mean_of_mentors",
)
ORDERS = {"lenses": LENSES, "tiers": TIER_ORDER, "categories": CATEGORY_ORDER, "variants": VARIANTS}

Row = dict[str, Any]
Results = dict[str, Any]


def read(run_id: str, *, of_trial: bool = False) -> Results:
    """Return the results of the published database.

    Args:
        run_id: the run that writes the report.
        of_trial: read the build of a dry run instead.

    Returns:
        The document of `tier_report.json`; times are ISO 8601 in UTC, rates in percent to two decimals,
        each list in a fixed order (highest rate first inside a lens and cohort). `gate` is None if the
        run left no results of the quality gate, `trial` if it is no dry run, `users` if they are too many to
        list.

    Raises:
        WarehouseInvalid: nothing is published.
    """
    database = settings().build_path if of_trial else settings().published_path
    if not database.exists():
        raise WarehouseInvalid(f"{database} is missing. Expected a database to report on; run `make run`.")
    with warehouse.connect(database, read_only=True) as connection:
        (parameters,) = _rows(connection, queries.PARAMETERS)
        lists = {key: _rows(connection, query) for key, query in queries.LISTS.items()}
        are_few = users_with_session(lists) <= queries.MAX_LISTED_USERS
        users = _rows(connection, queries.USERS) if are_few else None
        (total,) = _rows(connection, queries.RELIABILITY_TOTAL) or [{}]
        (checks,) = _rows(connection, queries.CHECKS)
        (tests,) = _rows(connection, queries.TESTS)
        (returns,) = _rows(connection, queries.SAME_MENTOR_RETURNS)
        (limits,) = _rows(connection, queries.LIMITS)
        anomalies = _rows(connection, queries.ANOMALIES)
        (origin,) = _rows(connection, queries.ORIGIN)
        publication = publications.read(connection, of_trial=of_trial)
    return {
        "run_id": run_id,
        "trial": trial.describe(parameters) if of_trial else None,
        **origin,
        "observation_end": parameters.pop("observation_end"),
        "latest_data_date": parameters.pop("latest_data_date"),
        "staleness_days": parameters.pop("staleness_days"),
        "parameters": parameters,
        **lists,
        "users": users,
        "tests": tests,
        "same_mentor_returns": returns,
        "reliability_total": total,
        "checks": {**checks, "anomalies": {row["detail"]: row["findings"] for row in anomalies}},
        "limits": limits,
        "publication": publication,
        "gate": gate_results.read(run_id),
    }


def rebooking(results: Results, lens: str, *, cohort: str = "all", totals: bool = False) -> list[Row]:
    """Return the rebooking rows of a lens and cohort: the tiers, or the category totals."""
    return [
        row
        for row in results["rebooking"]
        if (row["lens"], row["cohort"], row["is_category_total"]) == (lens, cohort, totals)
    ]


def users_with_session(results: Results) -> int:
    """Return how many users have a session."""
    return sum(row["total_users_w_sessions"] for row in rebooking(results, HEADLINE_LENS))


def rate_pct(row: Row) -> float:
    """Return the rate of a rebooking row in percent, not rounded: text rounds it once."""
    return float(100 * row["rebooked_count"] / row["total_users_w_sessions"])


def by_category(results: Results, *, cohort: str = "all") -> dict[str, Row]:
    """Return the category totals of the headline lens, by category."""
    rows = rebooking(results, HEADLINE_LENS, cohort=cohort, totals=True)
    return {row["tier_category"]: row for row in rows}


def comparison(results: Results, a: str, b: str, *, cohort: str = "all") -> Row | None:
    """Return the comparison of two groups in the headline lens, or None if a group has no users."""
    for row in results["comparisons"]:
        if (row["lens"], row["cohort"], row["a"], row["b"]) == (HEADLINE_LENS, cohort, a, b):
            return dict(row)
    return None


def primary(results: Results) -> Row | None:
    """Return the one comparison that was chosen in advance, or None if a group has no mature user."""
    return next((dict(row) for row in results["comparisons"] if row["is_primary"]), None)


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    parameters = {name: list(order) for name, order in ORDERS.items() if f"${name}" in query}
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description or []]
    return [
        {name: _plain(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()
    ]


def _plain(value: Any) -> Any:
    """The value for JSON: decimals as numbers, times in UTC with a Z, NaN and infinity as null."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        return None
    return value
