"""What a defect is, and the decorators that register one."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, TypeVar

from include.simulator.defects.delivery_files import (
    FILES,
    DefectError,
    Delivery,
    latest_folder,
    next_delivery,
    path_of,
    read_bytes,
    read_delivery,
    write_bytes,
    write_delivery,
)
from include.simulator.seeded_choice import hex_id, number, pick

Amount = int | float | None
Candidate = TypeVar("Candidate")


@dataclass(frozen=True)
class Defect:
    """One entry of the registry.

    Attributes:
        name: the function's name.
        rule: the first line of its docstring: what it does, and the rule it breaks or tests.
        apply: takes folder, rows, source and seed as `defects.apply` does; returns rows changed.
    """

    name: str
    rule: str
    apply: Callable[[Path, Amount, str | None, int], int]


DEFECTS: dict[str, Defect] = {}


class Chooser:
    """The seeded choices of one application; `count` rows of `source` are to be changed."""

    def __init__(self, name: str, source: str, count: int, seed: int) -> None:
        self.name, self.source, self.count, self.seed = name, source, count, seed

    def among(self, candidates: list[Candidate]) -> list[Candidate]:
        """Returns `count` of the candidates, in their order; raises DefectError for too few."""
        if len(candidates) < self.count:
            raise DefectError(
                f"{self.name} cannot change {self.count} rows: only {len(candidates)} fit; "
                "ask for fewer rows or make a larger delivery"
            )
        order = self.shuffled(list(range(len(candidates))))
        return [candidates[place] for place in sorted(order[: self.count])]

    def shuffled(self, candidates: list[Candidate]) -> list[Candidate]:
        """Returns all candidates in an order given by the seed."""
        order = sorted(range(len(candidates)), key=lambda at: number(self.seed, self.name, at))
        return [candidates[place] for place in order]

    def any_of(self, candidates: list[Candidate], *key: object) -> Candidate:
        """Returns one of the candidates, the same for the same key; raises DefectError for none."""
        if not candidates:
            raise DefectError(f"{self.name} found nothing to change: make a larger delivery")
        return candidates[pick(len(candidates), self.seed, self.name, *key)]

    def new_event_id(self, delivery: Delivery) -> str:
        """Returns an event id the delivery does not have yet."""
        taken = {event.get("event_id") for event in delivery.events if isinstance(event, dict)}
        attempt = len(taken)
        while (fresh := hex_id(self.seed, self.name, attempt)) in taken:
            attempt += 1
        return fresh


def whole_file(
    source: str,
) -> Callable[[Callable[[bytes], bytes | None]], Callable[[bytes], bytes | None]]:
    """Registers a function from a file's content to its new content; None removes the file.

    `source` is the file to change if the caller names none.
    """

    def enter(function: Callable[[bytes], bytes | None]) -> Callable[[bytes], bytes | None]:
        def apply(folder: Path, rows: Amount, asked: str | None, seed: int) -> int:
            if rows is not None:
                raise DefectError(f"{function.__name__} damages a whole file: it takes no rows")
            path = path_of(latest_folder(folder), known_source(asked or source))
            content = function(read_bytes(path))
            if content is None:
                path.unlink()
            else:
                write_bytes(path, content)
            return 0

        return register(function, apply)

    return enter


def rows_of(source: str, default: int | float = 1, any_source: bool = False) -> Callable[..., Any]:
    """Registers a function (delivery, chooser) that changes rows of the delivery in place.

    `default` is how many rows of `source` it changes; with `any_source` the caller may name another
    source, and the function reads it from the chooser.
    """

    def enter(function: Callable[[Delivery, Chooser], None]) -> Any:
        def apply(folder: Path, rows: Amount, asked: str | None, seed: int) -> int:
            name = function.__name__
            hit = known_source(asked or source)
            if hit != source and not any_source:
                raise DefectError(f"{name} changes {source} only, not {hit}")
            target = latest_folder(folder)
            delivery = read_delivery(target)
            count = how_many(name, default if rows is None else rows, len(delivery.rows(hit)))
            function(delivery, Chooser(name, hit, count, seed))
            write_delivery(target, delivery)
            return count

        return register(function, apply)

    return enter


def second_delivery(source: str) -> Callable[..., Any]:
    """Registers a function (first, second, chooser) that changes the rows of two deliveries.

    The second starts as a copy of the first, one day later, each in the subfolder of its date.
    """

    def enter(function: Callable[[Delivery, Delivery, Chooser], None]) -> Any:
        def apply(folder: Path, rows: Amount, asked: str | None, seed: int) -> int:
            name = function.__name__
            if asked not in (None, source):
                raise DefectError(f"{name} changes {source} only, not {asked}")
            first, second = (read_delivery(latest_folder(folder)) for _ in range(2))
            count = how_many(name, 1 if rows is None else rows, len(first.rows(source)))
            function(first, second, Chooser(name, source, count, seed))
            first_folder, second_folder = next_delivery(folder)
            write_delivery(first_folder, first)
            write_delivery(second_folder, second)
            return count

        return register(function, apply)

    return enter


def register(function: Any, apply: Callable[[Path, Amount, str | None, int], int]) -> Any:
    """Registers the defect under the function's name; returns the function."""
    rule = (function.__doc__ or "").strip().splitlines()[0]
    DEFECTS[function.__name__] = Defect(function.__name__, rule, apply)
    return function


def known_source(source: str) -> str:
    """Returns the source; raises DefectError when there is no such source."""
    if source not in FILES:
        raise DefectError(f"there is no source {source!r}: expected one of {', '.join(FILES)}")
    return source


def how_many(name: str, rows: int | float, total: int) -> int:
    """Returns a count of rows from a count or a fraction; raises DefectError for anything else."""
    if isinstance(rows, float) and 0 < rows <= 1:
        return ceil(rows * total)
    if isinstance(rows, int) and rows >= 1:
        return rows
    raise DefectError(f"{name}: {rows} is no number of rows; expected 1, 2, … or 0.05, at most 1.0")
