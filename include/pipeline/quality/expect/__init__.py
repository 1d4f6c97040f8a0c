"""The expectations that the suites of every source are made of.

Rules of rows are not among them: the ingest has rejected the rows that break one. What is left is what no
single row shows: what a file repeats, and how it compares with what was accepted before (`history`). A first
delivery meets every comparison, and so does known content, of which nothing lands.

Imports Great Expectations: import it only where the gate runs.
"""

from include.pipeline.core.source import Source
from include.pipeline.quality.expect.keys import few_vanished, no_doubling, no_repeated_key
from include.pipeline.quality.expect.recurring import few_recurring, not_mostly_recurring
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows
from include.pipeline.quality.expect.values import few_of_a_new_value, no_lost_value, steady_shares
from include.pipeline.quality.expect.volume import complete_export, steady_increments


def of_source(source: Source) -> list[ExpectNoRows]:
    """Return what must hold of any source's table."""
    enumerations = [rule for rule in source.rules if rule.is_enumeration]
    new_values = [few_of_a_new_value(source, rule) for rule in enumerations]
    if source.is_snapshot:
        return [no_repeated_key(source), *new_values, few_vanished(source), no_doubling(source)]
    known_values = [judge(source, rule) for rule in enumerations for judge in (no_lost_value, steady_shares)]
    of_times = (
        [few_recurring(source), not_mostly_recurring(source), complete_export(source, source.time_column)]
        if source.time_column
        else []
    )
    return [*new_values, *known_values, *of_times, steady_increments(source)]
