"""Other readings of the question than the answer's; those with the same counts for all tiers are one."""

from dataclasses import dataclass

from include.mentoring.report.results import HEADLINE_LENS, Results, Row, rebooking


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
    answer = frozenset(
        (row["tier"], row["total_users_w_sessions"], row["rebooked_count"])
        for row in rebooking(results, HEADLINE_LENS)
    )
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
