"""Declares a table of the report by its columns, and renders it for the page and for Markdown alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from include.mentoring.report.narrative.formatting import percentage
from include.mentoring.report.results import Results, Row

NOTHING = "–"
MAX_ROWS = 100
# Of a text that a caption repeats.
MAX_SAID_CHARS = 30


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
# Of ratios.
DECIMAL = Format("{:.2f}".format, is_number=True)
# Of estimates, as their intervals have. A rate needs more where it would round to 0 or 100.
ONE_DECIMAL = Format("{:.1f}".format, is_number=True)
PERCENT = Format(percentage, is_number=True)
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
        caption: what the table holds, how many rows were cut, and what all rows have in common.
        columns: headers.
        rows: cells.
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
        max_rows: number of rows after which the table is cut.
    """

    rows: str | Callable[[Results], list[Row]]
    caption: str | Callable[[Results], str]
    columns: Sequence[Column] | Callable[[Results], Sequence[Column]]
    is_total: Callable[[Row], bool] = lambda row: False
    max_rows: int = MAX_ROWS

    def render(self, results: Results) -> RenderedTable:
        """Return the table of these results.

        Its caption says how many rows were cut, and what a column says that is left out because all rows say
        the same there.
        """
        rows = self.rows(results) if callable(self.rows) else results[self.rows]
        caption = self.caption(results) if callable(self.caption) else self.caption
        columns = self.columns(results) if callable(self.columns) else self.columns
        shown = rows[: self.max_rows]
        if len(rows) > len(shown):
            caption = f"{caption} (the first {len(shown)} of {len(rows):,}; all are in tier_report.json)"
        cells = [(column, [column.cell(row) for row in shown]) for column in columns]
        same = {column.header: texts[0] for column, texts in cells[1:] if _is_said_once(column, texts)}
        if same:
            caption = (
                f"{caption} (in every row: {', '.join(f'{key} = {text}' for key, text in same.items())})"
            )
        kept = [(column, texts) for column, texts in cells if column.header not in same]
        return RenderedTable(
            caption=caption,
            columns=tuple(column.header for column, _ in kept),
            rows=tuple(zip(*(texts for _, texts in kept), strict=True)),
            numbers=frozenset(column.header for column, _ in kept if column.format.is_number),
            totals=frozenset(position for position, row in enumerate(shown) if self.is_total(row)),
        )


def _is_said_once(column: Column, texts: list[str]) -> bool:
    """Whether the caption says what all rows say in a column of words, or that it has no figure."""
    if len(texts) < 2 or len(set(texts)) > 1 or len(texts[0]) > MAX_SAID_CHARS:
        return False
    return not column.format.is_number or texts[0] == NOTHING
