"""The expectations that the suites of every source are made of.

Rules of rows are not among them: the ingest has rejected the rows that break one. What is left is what no
single row shows: what a file repeats, and how it compares with what was accepted before (`history`). A first
delivery meets every comparison, and so does known content, of which nothing lands.

Imports Great Expectations: import it only where the gate runs.
"""

from include.pipeline.core.source import Source
from include.pipeline.quality.expect.keys import few_vanished, no_doubling, no_repeated_key
from include.pipeline.quality.expect.recurring import few_recurring
from include.pipeline.quality.expect.times import spread_over_the_day, steady_hours
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows
from include.pipeline.quality.expect.values import few_of_a_new_value, no_lost_value, steady_shares
from include.pipeline.quality.expect.volume import complete_export, steady_increments
from include.pipeline.quality.verdict import CRITICAL, WARNING


def of_source(source: Source) -> list[ExpectNoRows]:
    """Return what must hold of any source's table."""
    enumerations = [rule for rule in source.rules if rule.is_enumeration]
    new_values = [few_of_a_new_value(source, rule) for rule in enumerations]
    if source.is_snapshot:
        return [no_repeated_key(source), *new_values, few_vanished(source), no_doubling(source)]
    known_values = [judge(source, rule) for rule in enumerations for judge in (no_lost_value, steady_shares)]
    return [*new_values, *known_values, *_of_times(source), steady_increments(source)]


def _of_times(source: Source) -> list[ExpectNoRows]:
    if not source.time_column:
        return []
    return [
        few_recurring(source, WARNING),
        few_recurring(source, CRITICAL),
        complete_export(source, source.time_column),
        spread_over_the_day(source, source.time_column),
        steady_hours(source, source.time_column),
    ]
