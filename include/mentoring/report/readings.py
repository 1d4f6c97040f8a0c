"""Other readings and lenses than the answer's; those with the same counts for all tiers are one."""

from dataclasses import dataclass

from include.mentoring.report.results import HEADLINE_LENS, LENSES, Results, Row, rebooking


@dataclass(frozen=True)
class Reading:
    """One or more readings that give the same counts.

    Attributes:
        names: as in `reports.rpt_sensitivity`.
        tiers: the figures by tier.
        is_as_answer: whether the counts are those of the answer.
    """

    names: tuple[str, ...]
    tiers: dict[str, Row]
    is_as_answer: bool


def readings(results: Results) -> list[Reading]:
    """Return the readings in their order, each group of equal ones in the place of its first."""
    by_name: dict[str, dict[str, Row]] = {}
    for row in results["sensitivity"]:
        by_name.setdefault(row["reading"], {})[row["tier"]] = row
    answer = frozenset(map(_counts, rebooking(results, HEADLINE_LENS)))
    groups: dict[object, list[str]] = {}
    for name, tiers in by_name.items():
        counts = frozenset((tier, row["n"], row["rebooked"]) for tier, row in tiers.items())
        # A mean of rates has no counts to compare.
        is_counted = all(row["rebooked"] is not None for row in tiers.values())
        groups.setdefault(counts if is_counted else name, []).append(name)
    return [
        Reading(tuple(names), by_name[names[0]], is_as_answer=counts == answer)
        for counts, names in groups.items()
    ]


def equal_lenses(results: Results) -> list[list[str]]:
    """Return the lenses that have users, those with the same counts in every cohort in one list."""
    groups: dict[frozenset[object], list[str]] = {}
    for lens in LENSES:
        rows = [row for row in results["rebooking"] if row["lens"] == lens]
        if rows:
            groups.setdefault(frozenset((row["cohort"], *_counts(row)) for row in rows), []).append(lens)
    return list(groups.values())


def other_rates(results: Results) -> list[Row]:
    """Return the rates by lens and cohort whose counts are not those of the answer, or of an earlier lens."""
    kept: list[Row] = []
    for lens, *_ in equal_lenses(results):
        every, mature = (
            [row for row in results["rebooking"] if (row["lens"], row["cohort"]) == (lens, cohort)]
            for cohort in ("all", "mature")
        )
        kept += every if lens != HEADLINE_LENS else []
        # Where all windows have closed, the mature users are all users.
        kept += mature if [*map(_counts, mature)] != [*map(_counts, every)] else []
    return kept


def _counts(row: Row) -> tuple[str, int, int]:
    return row["tier"], row["total_users_w_sessions"], row["rebooked_count"]
