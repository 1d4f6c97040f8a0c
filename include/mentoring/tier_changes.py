"""What changed in the tiers of mentors from one published database to the next."""

from typing import TYPE_CHECKING

# It loads DuckDB, and an alert that is off needs none of it.
if TYPE_CHECKING:
    import duckdb

Mentors = dict[str, tuple[str, bool]]
"""The tier of every mentor, and whether the current sheet lists them."""


def read(connection: "duckdb.DuckDBPyConnection") -> Mentors:
    """Return the mentors of a database."""
    rows = connection.execute("select mentor_id, tier, is_listed from marts.dim_mentors").fetchall()
    return {mentor: (tier, is_listed) for mentor, tier, is_listed in rows}


def changes(before: "duckdb.DuckDBPyConnection", after: "duckdb.DuckDBPyConnection") -> list[str]:
    """Return a phrase for each mentor with another tier, and then for each who came or left."""
    return describe(read(before), read(after))


def other_tiers(before: Mentors, after: Mentors) -> set[str]:
    """Return the mentors whose tier is another one."""
    return {mentor for mentor in before if mentor in after and before[mentor][0] != after[mentor][0]}


def describe(before: Mentors, after: Mentors) -> list[str]:
    """Return the phrases of `changes`."""
    first = other_tiers(before, after)
    mentors = sorted(before | after, key=lambda mentor: (mentor not in first, mentor))
    return [change for mentor in mentors if (change := _change(mentor, before, after))]


def _change(mentor: str, before: Mentors, after: Mentors) -> str | None:
    earlier, was_listed = before.get(mentor, ("", False))
    tier, is_listed = after.get(mentor, ("", False))
    if earlier and tier and earlier != tier:
        return f"{mentor}: {earlier} to {tier}"
    if is_listed and not was_listed:
        return f"{mentor}: new in the sheet, {tier}"
    if was_listed and not is_listed:
        return f"{mentor}: left out of the sheet" + (f", keeps {tier}" if tier else "")
    return None
