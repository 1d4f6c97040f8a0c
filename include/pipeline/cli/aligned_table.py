"""Rows as an aligned table for the terminal."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from include.pipeline.ingest.reader_limits import shown

MAX_VALUE_CHARS = 200


def aligned(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield a line of names, then one for each row; columns of numbers are aligned on the right."""
    lines = [names, *([_text(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    are_numbers = [all(_is_number(value) for value in column) for column in zip(*rows, strict=True)]
    for line in lines:
        cells = (
            text.rjust(width) if is_number else text.ljust(width)
            for text, width, is_number in zip(line, widths, are_numbers or [False] * len(names), strict=True)
        )
        yield "  ".join(cells).rstrip()


def _text(value: Any) -> str:
    return "null" if value is None else shown(str(value), MAX_VALUE_CHARS)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool))
