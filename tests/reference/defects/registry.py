"""The defects by name; each is a function that adds one thing to the draft of a world."""

from collections.abc import Callable
from datetime import timedelta

from ..worlds import MICROSECOND, Draft

DEFECTS: dict[str, Callable[[Draft], None]] = {}
# Just before an edge, at it, and just after it.
ASIDE = (-MICROSECOND, timedelta(), MICROSECOND)


def defect(function: Callable[[Draft], None]) -> Callable[[Draft], None]:
    """Registers a defect under its name."""
    DEFECTS[function.__name__] = function
    return function
