"""An unknown id is shown with the known one that it was probably meant to be."""

import duckdb
import pytest

from include.mentoring.expectations.near_match import with_near_match


@pytest.mark.parametrize(
    ("unknown", "shown"),
    [
        ("k-1", "k-1 (near mentors.K-1)"),
        ("K\u20131", "K\u20131 (near mentors.K-1)"),
        ("K1", "K1 (near mentors.K-1)"),
        ("K 1", "K 1 (near mentors.K-1)"),
        ("K-11", "K-11"),
        ("K-2x", "K-2x"),
    ],
)
def test_the_near_match_is_named(unknown: str, shown: str) -> None:
    """Case, dashes and blanks are what people and programs write differently; digits are not."""
    with duckdb.connect() as connection:
        connection.execute("create schema delivered")
        connection.execute(
            "create table delivered.mentors as select unnest(['K-1', 'k_1', 'K-2']) as mentor_id"
        )
        found = f"select '{unknown}' as mentor_id, unnest([7, 8]) as _row_number"
        query = with_near_match(found, "mentor_id", "mentors")
        assert connection.execute(f"select * from ({query}) order by 2").fetchall() == [
            (shown, 7),
            (shown, 8),
        ]
        nothing = with_near_match(f"{found} where false", "mentor_id", "mentors")
        assert connection.execute(nothing).fetchall() == []
