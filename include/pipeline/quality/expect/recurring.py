"""New rows that are known under another key: the source may have exported them with new ones.

Imports Great Expectations: import it only where the gate runs.
"""

from include.pipeline.core.source import Source
from include.pipeline.quality.expect.bounds import (
    MAX_RECURRING_PCT,
    MAX_RECURRING_PCT_ACCEPTED,
    MIN_RECURRING_ROWS,
)
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows, no_rows
from include.pipeline.quality.verdict import CRITICAL, WARNING


class ExpectFewRecurring(ExpectNoRows):
    """Few new rows equal another row in all but the key."""


def few_recurring(source: Source) -> ExpectNoRows:
    """Return the warning that more than MAX_RECURRING_PCT of the new rows are known under another key."""
    return no_rows(
        ExpectFewRecurring,
        source,
        check="few_recurring",
        column=source.key,
        sample_of=source.key,
        severity=WARNING,
        description=f"at most {MAX_RECURRING_PCT} % of the new rows are known under another {source.key}",
        population=f"select count(*) from delivered.{source.name} where not _is_duplicate",
        query=f"""
            select *
            from temp.recurring_{source.name}
            where
                100 * (select count(*) from temp.recurring_{source.name})
                > {MAX_RECURRING_PCT} * (select count(*) from {{batch}} where not _is_duplicate)
        """,
    )


class ExpectNotMostlyRecurring(ExpectNoRows):
    """The file is not an earlier one with new keys."""


def not_mostly_recurring(source: Source) -> ExpectNoRows:
    """Return that the source has not given most of its rows new keys."""
    return no_rows(
        ExpectNotMostlyRecurring,
        source,
        check="not_mostly_recurring",
        column=source.key,
        sample_of=source.key,
        severity=CRITICAL,
        description=(
            f"at most {MAX_RECURRING_PCT_ACCEPTED} % of the new rows are known under another {source.key}:"
            f" the source must not give known rows a new {source.key}"
        ),
        population=f"select count(*) from delivered.{source.name} where not _is_duplicate",
        query=f"""
            select *
            from temp.recurring_{source.name}
            where
                (select count(*) from temp.recurring_{source.name}) >= {MIN_RECURRING_ROWS}
                and 100 * (select count(*) from temp.recurring_{source.name})
                > {MAX_RECURRING_PCT_ACCEPTED} * (select count(*) from {{batch}} where not _is_duplicate)
        """,
    )
