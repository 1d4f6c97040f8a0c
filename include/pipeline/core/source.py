"""What a source is: one delivered file, its columns, and the rules a row must meet to be accepted."""

from collections.abc import Callable
from dataclasses import dataclass

# Hours and minutes at least; seconds, a fraction of them, and a zone where there is one.
ISO_TIMESTAMP = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-](0\d|1[0-4])(:?[0-5]\d)?)?"
# The usual form, which is cheaper to check where the year is not 0.
USUAL_TIMESTAMP = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"
ISO_DATE = r"\d{4}-\d{2}-\d{2}"
# Of dates, moments and numbers.
DIGITS_AND_MARKS = set("0123456789-+.:TZ ")
INVALID_TIMESTAMP = "invalid_timestamp"
FUTURE_TIMESTAMP = "future_timestamp"
# After the end of the data date: for a source whose clock is ahead, or whose day ends later than in UTC.
MAX_DAYS_AHEAD = 1


@dataclass(frozen=True)
class Rule:
    """One reason to reject a row.

    Attributes:
        reason: stands in `raw.rejected_rows`.
        column: the column it judges.
        accepts: a DuckDB predicate over the column, true for an acceptable text; `_data_date` in it is the
            data date of the delivery.
        refusal: what is said of a value that it does not accept: "is none of Gold, Silver".
        values: those of an enumeration, as `one_of` has them.
        meaning: returns SQL for what a text means, of SQL for the text; None where it means itself. Texts
            of one meaning are the same content.
    """

    reason: str
    column: str
    accepts: str
    refusal: str
    values: tuple[str, ...] = ()
    meaning: Callable[[str], str] | None = None

    @property
    def is_enumeration(self) -> bool:
        """True where it accepts a list of values, as `one_of` makes it."""
        return bool(self.values)

    def may_begin_with(self, text: str) -> bool:
        """Return whether a value that the rule accepts may begin with `text`."""
        if self.values:
            return any(value.startswith(text) for value in self.values)
        return set(text) <= DIGITS_AND_MARKS


@dataclass(frozen=True)
class Source:
    """One delivered file.

    Attributes:
        name: the source, and the table's name in `landing` and `raw`.
        file_name: in the delivery folder; may have `.gz` after it.
        columns: the required ones, in the order of the raw table; any other is ignored and reported.
        key: the column that identifies a row.
        is_snapshot: True where every delivery is the whole state, False where rows add up.
        rules: checked in this order after `malformed_record` and `missing_value`.
        keeps_absent: True for a snapshot whose models keep the last row of a key that a later one lacks.
        time_column: when a row happened; engine spark stores the rows in folders of its day.
    """

    name: str
    file_name: str
    columns: tuple[str, ...]
    key: str
    is_snapshot: bool
    rules: tuple[Rule, ...]
    keeps_absent: bool = False
    time_column: str | None = None

    @property
    def is_json(self) -> bool:
        """True where the file is JSON, False where it is CSV."""
        return self.file_name.endswith(".json")

    @property
    def text_columns(self) -> tuple[str, ...]:
        """Ids, enumerations and other texts: blanks around their values are no part of them."""
        typed = {rule.column for rule in self.rules if not rule.is_enumeration}
        return tuple(column for column in self.columns if column not in typed)

    @property
    def id_columns(self) -> tuple[str, ...]:
        """The texts that no rule judges: keys, its own and those of other sources."""
        judged = {rule.column for rule in self.rules}
        return tuple(column for column in self.columns if column not in judged)

    def same(self, one: str, other: str) -> str:
        """Return a predicate: rows of two tables have the same content, though spelled in two ways.

        Args:
            one: SQL name of the one table.
            other: of the other.
        """
        meanings = {rule.column: rule.meaning for rule in self.rules if rule.meaning}
        pairs = [(column, f'{one}."{column}"', f'{other}."{column}"') for column in self.columns]
        texts = " and ".join(f"{left} = {right}" for _, left, right in pairs)
        meant = " and ".join(
            f"coalesce({meanings[column](left)} = {meanings[column](right)}, false)"
            if column in meanings
            else f"{left} = {right}"
            for column, left, right in pairs
        )
        # DuckDB computes the meaning only of rows whose texts differ.
        return f"case when {texts} then true else {meant} end"


def timestamp(column: str) -> Rule:
    """Return the rule that a text is a moment: ISO 8601, UTC where it has no zone, years 1 to 9999."""
    return Rule(
        INVALID_TIMESTAMP,
        column,
        f"case when regexp_full_match(\"{column}\", '{USUAL_TIMESTAMP}') and \"{column}\" > '0001'"
        f' then try_cast("{column}" as timestamp) is not null'
        f" else regexp_full_match(\"{column}\", '{ISO_TIMESTAMP}')"
        f" and coalesce({moment(column)} between"
        " timestamptz '0001-01-01T00:00:00Z' and timestamptz '9999-12-31T23:59:59Z', false) end",
        "is no time such as 2031-08-01T09:30:00Z",
        meaning=_moment,
    )


def not_in_future(column: str) -> Rule:
    """Return the rule that a moment is at most MAX_DAYS_AHEAD days after the end of the data date, UTC.

    It follows `timestamp`, which rejects what is no moment.
    """
    # Nearly all moments are of an earlier day, which their text tells without a cast.
    return Rule(
        FUTURE_TIMESTAMP,
        column,
        f'"{column}" < _data_date::varchar or {moment(column)} <= {latest_moment("_data_date")}',
        "is later than a day after the end of the data date",
    )


def latest_moment(data_date: str) -> str:
    """Return SQL for the latest moment that `not_in_future` accepts, of SQL for the data date."""
    return f"({data_date} + {1 + MAX_DAYS_AHEAD})::timestamptz"


def moment(column: str) -> str:
    """Return SQL for the moment that a text of the column is, null where it is none."""
    return _moment(f'"{column}"')


def _moment(text: str) -> str:
    # DuckDB casts neither a zone right after the minutes nor a lowercase letter. dbt has it in utc_timestamp.
    castable = rf"""regexp_replace(upper({text}), '^(.{{16}})(Z|[+-].*)$', '\1:00\2')"""
    return f"try_cast({castable} as timestamptz)"


def hour_of_day(column: str) -> str:
    """Return SQL for the hour of the day, from 00 to 23, UTC, of the moment that a text of the column is."""
    # The usual spelling has it as it is, which is cheaper.
    return (
        f"""case when "{column}" like '%Z' then substr("{column}", 12, 2)"""
        f""" else strftime({moment(column)}, '%H') end"""
    )


def date(column: str) -> Rule:
    """Return the rule that a text is a date of the calendar, as 2023-08-01."""
    return Rule(
        "invalid_date",
        column,
        f'regexp_full_match("{column}", \'{ISO_DATE}\') and try_cast("{column}" as date) is not null',
        "is no date such as 2031-08-01",
        meaning=lambda text: f"try_cast({text} as date)",
    )


def decimal(column: str, *, low: int | None = None, high: int | None = None) -> Rule:
    """Return the rule that a text is a number of at most 16 digits before the point, from `low` to `high`."""
    number = _decimal(f'"{column}"')
    bounds = [f"{number} >= {low}"] * (low is not None) + [f"{number} <= {high}"] * (high is not None)
    least = "" if low is None else f" from {low}"
    most = "" if high is None else f" to {high}"
    return Rule(
        "invalid_number",
        column,
        f"coalesce({' and '.join([f'{number} is not null', *bounds])}, false)"
        # DuckDB reads 1_000; and whether 1.000 is a thousand, nobody can tell.
        f" and not regexp_matches(\"{column}\", '_|^[1-9][0-9]{{0,2}}[.][0-9]{{3}}$')",
        f"is no number{least}{most} such as 100 or 99.50, without currency or thousands separators",
        meaning=_decimal,
    )


def _decimal(text: str) -> str:
    return f"try_cast({text} as decimal(18, 2))"


def one_of(column: str, *values: str) -> Rule:
    """Return the rule that a text is one of `values`, spelled so; its reason is `unknown_<column>`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return Rule(
        f"unknown_{column}",
        column,
        f'"{column}" in ({listed})',
        f"is none of {', '.join(values)}",
        values,
    )
