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

# By severity: the check, the highest share of the new rows in percent, and how few rows fail no delivery.
BOUNDS = {
    WARNING: ("few_recurring", MAX_RECURRING_PCT, 1),
    CRITICAL: ("not_mostly_recurring", MAX_RECURRING_PCT_ACCEPTED, MIN_RECURRING_ROWS),
}


class ExpectFewRecurring(ExpectNoRows):
    """Few new rows equal another row in all but the key."""


def few_recurring(source: Source, severity: str) -> ExpectNoRows:
    """Return that few of the new rows are known under another key; the severity has its own bound."""
    check, max_pct, min_rows = BOUNDS[severity]
    recurring = f"temp.recurring_{source.name}"
    new_rows = "select count(*) from {batch} where not _is_duplicate"
    return no_rows(
        ExpectFewRecurring,
        source,
        check=check,
        column=source.key,
        severity=severity,
        description=(
            f"at most {max_pct} % of the new rows are known under another {source.key}:"
            f" the source must keep the {source.key} of a row"
        ),
        population=new_rows,
        query=f"""
            select *
            from {recurring}
            where
                (select count(*) from {recurring}) >= {min_rows}
                and 100 * (select count(*) from {recurring}) > {max_pct} * ({new_rows})
        """,
    )
