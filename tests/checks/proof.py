"""What a proof is: a check, what was planted to break it, and what the check said."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """One violation that was planted, and what became of it.

    Attributes:
        check: the check that must notice it.
        where: the file, from the project's folder, that holds the check.
        planted: the violation, in words or as SQL.
        caught: what the check said; None where it noticed nothing.
    """

    check: str
    where: str
    planted: str
    caught: str | None
