"""Keys of a snapshot: those it repeats, and those it has against the one in force.

Imports Great Expectations: import it only where the gate runs.
"""

from include.pipeline.core.source import Source
from include.pipeline.quality.expect.bounds import (
    MAX_GROWTH,
    MAX_VANISHED_PCT,
    MIN_SNAPSHOT_ROWS,
    MIN_VANISHED,
)
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows, no_finding, no_rows

KEYS_SHOWN = 3


class ExpectNoRepeatedKey(ExpectNoRows):
    """No row repeats the key of an earlier one, exact duplicates included."""


def no_repeated_key(source: Source) -> ExpectNoRows:
    """Return the warning that the file repeats a key, exact duplicates included."""
    key = f'"{source.key}"'
    return no_rows(
        ExpectNoRepeatedKey,
        source,
        check="repeated_rows",
        column=source.key,
        description=f"no row repeats the {source.key} of an earlier one",
        query=f"""
            select {key}, _row_number
            from {{batch}}
            where
                {key} in (
                    select {key}
                    from {{batch}}
                    group by {key}
                    having count(*) > 1
                )
            qualify row_number() over (partition by {key} order by _row_number) > 1
        """,
    )


class ExpectFewVanished(ExpectNoRows):
    """A snapshot lacks few of the keys of the one in force."""


def few_vanished(source: Source) -> ExpectNoRows:
    """Return the warning that more than MAX_VANISHED_PCT of the keys in force are absent."""
    key = f'"{source.key}"'
    return no_finding(
        ExpectFewVanished,
        check="few_vanished",
        column=source.key,
        description=f"at most {MAX_VANISHED_PCT} % of the {source.name} of the last accepted file are absent",
        query=f"""
            with
            in_force as (
                select {key} as key, {key} in (select {key} from {{batch}}) as is_there
                from temp.accepted_{source.name}
                where _is_in_force
            ),
            counts as (
                select
                    count(*) as all_keys,
                    count(*) filter (not is_there) as vanished,
                    list_sort(min(key, {KEYS_SHOWN}) filter (not is_there)) as few
                from in_force
            )
            select
                vanished || ' of ' || all_keys || ' absent, such as ' || array_to_string(few, ', ') as found
            from counts
            where
                vanished >= {MIN_VANISHED}
                and 100 * vanished > {MAX_VANISHED_PCT} * all_keys
        """,
    )


class ExpectNoDoubling(ExpectNoRows):
    """A snapshot has not many times the rows of the one in force."""


def no_doubling(source: Source) -> ExpectNoRows:
    """Return the warning that there are more than MAX_GROWTH times the keys in force."""
    return no_finding(
        ExpectNoDoubling,
        check="no_doubling",
        column=source.key,
        description=f"at most {MAX_GROWTH} times the {source.name} of the last accepted file",
        query=f"""
            with
            counts as (
                select
                    (select count(distinct "{source.key}") from {{batch}}) as found,
                    (select count(*) from temp.accepted_{source.name} where _is_in_force) as in_force
            )
            select found || ' after ' || in_force as found
            from counts
            where in_force >= {MIN_SNAPSHOT_ROWS} and found > {MAX_GROWTH} * in_force
        """,
    )
