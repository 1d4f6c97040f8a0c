"""Many violations at a time: a round holds those that can be planted together."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Case = TypeVar("Case")


def rounds(cases: Iterable[Case], disturb: Callable[[Case, Case], bool]) -> list[list[Case]]:
    """Return the cases in rounds, in none of which two of them disturb each other."""
    found: list[list[Case]] = []
    for case in cases:
        fits = (together for together in found if not any(disturb(case, other) for other in together))
        together = next(fits, None)
        if together is None:
            together = []
            found.append(together)
        together.append(case)
    return found
