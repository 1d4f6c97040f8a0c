"""A table of the report, the same on the page and in Markdown, and its cells as text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

NOTHING = "–"
MOST_ROWS = 100


@dataclass(frozen=True)
class Table:
    """A table whose first column names the row.

    Attributes:
        caption: what it holds.
        columns: heads; those that `numbers` lists stand to the right.
        rows: cells as text, beyond the most a page takes left out.
        numbers: heads of the columns that hold numbers.
        totals: positions of the rows that sum up others.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[str]
    totals: frozenset[int] = field(default=frozenset())


def table(
    caption: str, columns: dict[str, bool], rows: Sequence[Sequence[Any]], totals: Sequence[int] = ()
) -> Table:
    """Return a table of the rows; a long one is cut, and its caption says so.

    Args:
        caption: what it holds.
        columns: whether each column, by its head, holds numbers.
        rows: cells; whole numbers and nulls become text here, all else is text already.
        totals: positions of the rows that sum up others.
    """
    if len(rows) > MOST_ROWS:
        caption = f"{caption} (the first {MOST_ROWS} of {len(rows):,}; all are in tier_report.json)"
    return Table(
        caption=caption,
        columns=tuple(columns),
        rows=tuple(tuple(map(_text, row)) for row in rows[:MOST_ROWS]),
        numbers=frozenset(head for head, is_number in columns.items() if is_number),
        totals=frozenset(totals),
    )


def rate(value: float | None) -> str:
    """Return the rate to the two decimals of the contract."""
    return NOTHING if value is None else f"{value:.2f}"


def between(row: dict[str, Any]) -> str:
    """Return the row's 95 % interval."""
    return NOTHING if row["ci_low_pct"] is None else f"{row['ci_low_pct']:.1f}–{row['ci_high_pct']:.1f}"


def yes(is_so: bool) -> str:
    """Return "yes" or "no"."""
    return "yes" if is_so else "no"


def _text(cell: Any) -> str:
    if cell is None:
        return NOTHING
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
