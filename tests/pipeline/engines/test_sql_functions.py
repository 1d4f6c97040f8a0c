"""SQL on the build calls the statistics of the reports by their names."""

from collections.abc import Iterator

import duckdb
import pytest

from include.mentoring.statistics.mentors import mentor_permutation_p
from include.mentoring.statistics.rates import fisher_p, wilson_high_pct, wilson_low_pct
from include.pipeline.engines.sql_functions import Plugin


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection as dbt-duckdb hands it to a plugin, with the functions registered."""
    with duckdb.connect() as opened:
        Plugin("duckdb_functions", {}).configure_connection(opened)
        yield opened


def test_functions_are_duckdbs(connection: duckdb.DuckDBPyConnection) -> None:
    """SQL calls them by their names, with columns and lists of them, and gets doubles."""
    found = connection.execute(
        "select wilson_low_pct(rebooked, users), wilson_high_pct(rebooked, users),"
        " fisher_p(rebooked, users, 22, 90),"
        " mentor_permutation_p([3, 4], [3, 9], [1, 2], [0, 2], [3, 9], [1, 1])"
        " from (values (26, 42)) as groups(rebooked, users)"
    )
    assert {str(column[1]) for column in found.description} == {"DOUBLE"}
    assert found.fetchall() == [
        (
            wilson_low_pct(26, 42),
            wilson_high_pct(26, 42),
            fisher_p(26, 42, 22, 90),
            mentor_permutation_p([3, 4], [3, 9], [1, 2], [0, 2], [3, 9], [1, 1]),
        )
    ]


@pytest.mark.parametrize(
    "call",
    [
        "wilson_low_pct(null, 3)",
        "wilson_high_pct(1, null)",
        "fisher_p(1, 2, null, 4)",
        "mentor_permutation_p([1], [2], [1], null, [2], [1])",
    ],
)
def test_function_of_null_is_null(connection: duckdb.DuckDBPyConnection, call: str) -> None:
    """A group without users has no rate, so no interval and no p either."""
    assert connection.execute(f"select {call}").fetchall() == [(None,)]
