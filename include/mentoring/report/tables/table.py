"""Declares a table of the report by its columns, and renders it for the page and for Markdown alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from include.mentoring.report.results import Results, Row

NOTHING = "–"
MAX_ROWS = 100


@dataclass(frozen=True)
class Format:
    """How a column shows its values.

    Attributes:
        write: returns the text of a value that is not null.
        is_number: whether the column is aligned to the right.
    """

    write: Callable[[Any], str] = str
    is_number: bool = False


TEXT = Format()
NUMBER = Format("{:,}".format, is_number=True)
# The two decimals of the contract, for rates in percent and for ratios.
DECIMAL = Format("{:.2f}".format, is_number=True)
# Of estimates, as their intervals have.
ONE_DECIMAL = Format("{:.1f}".format, is_number=True)
# Several numbers in one text, such as "26/42".
FIGURES = Format(is_number=True)
YES_NO = Format(lambda is_so: "yes" if is_so else "no")
LIST = Format(", ".join)


@dataclass(frozen=True)
class Column:
    """A column of a table; a null value is shown as a dash.

    Attributes:
        value: the key in the row, or a function that computes the value from the row.
        header: unique in the table.
        format: of the values.
    """

    value: str | Callable[[Row], Any]
    header: str
    format: Format = TEXT

    def cell(self, row: Row) -> str:
        """Return the row's cell in this column as text."""
        value = self.value(row) if callable(self.value) else row[self.value]
        return NOTHING if value is None else self.format.write(value)


@dataclass(frozen=True)
class RenderedTable:
    """A table as text; the first cell of a row names it.

    Attributes:
        caption: what the table holds, and how many rows were cut.
        columns: headers.
        rows: cells, at most MAX_ROWS rows.
        numbers: headers of the columns aligned to the right.
        totals: positions of the rows that sum up others.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[str]
    totals: frozenset[int]


@dataclass(frozen=True)
class Table:
    """A table of the report.

    Attributes:
        rows: the key of a list in the results document, or a function that takes rows from the document.
        caption: what the table holds, or a function that says it of the document.
        columns: in their order, or a function that derives them from the document.
        is_total: whether a row sums up others.
    """

    rows: str | Callable[[Results], list[Row]]
    caption: str | Callable[[Results], str]
    columns: Sequence[Column] | Callable[[Results], Sequence[Column]]
    is_total: Callable[[Row], bool] = lambda row: False

    def render(self, results: Results) -> RenderedTable:
        """Return the table of these results, cut after MAX_ROWS rows with a note in its caption."""
        rows = self.rows(results) if callable(self.rows) else results[self.rows]
        caption = self.caption(results) if callable(self.caption) else self.caption
        columns = self.columns(results) if callable(self.columns) else self.columns
        if len(rows) > MAX_ROWS:
            caption = f"{caption} (the first {MAX_ROWS} of {len(rows):,}; all are in tier_report.json)"
        shown = rows[:MAX_ROWS]
        return RenderedTable(
            caption=caption,
            columns=tuple(column.header for column in columns),
            rows=tuple(tuple(column.cell(row) for column in columns) for row in shown),
            numbers=frozenset(column.header for column in columns if column.format.is_number),
            totals=frozenset(position for position, row in enumerate(shown) if self.is_total(row)),
        )
