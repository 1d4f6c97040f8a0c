"""Other readings and lenses than the answer's; those with the same counts for all tiers are one."""

from dataclasses import dataclass

from include.mentoring.report.narrative.formatting import variants
from include.mentoring.report.results import HEADLINE_LENS, LENSES, Results, Row, rebooking
from include.mentoring.statistics.rates import wilson_high_pct, wilson_low_pct


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


def rates_by_reading(results: Results) -> dict[str, list[Row]]:
    """Return rebooking rows by the name of their reading: the answer, other lenses, other definitions.

    A total over a category of one tier, which repeats that tier, is left out.
    """
    answer = rebooking(results, HEADLINE_LENS) + rebooking(results, HEADLINE_LENS, totals=True)
    rates = {"the answer": answer}
    for row in other_rates(results):
        rates.setdefault(f"lens {row['lens']}, {row['cohort']} users", []).append(row)
    rates = {name: [row for row in rows if not _repeats_a_tier(row, rows)] for name, rows in rates.items()}
    for reading in readings(results):
        rows = [_as_rebooking(row) for row in reading.tiers.values() if row["rebooked"] is not None]
        if rows and not reading.is_as_answer:
            rates[variants(reading.names)] = rows
    return rates


def _repeats_a_tier(total: Row, rows: list[Row]) -> bool:
    tiers = [
        row for row in rows if row["tier_category"] == total["tier_category"] and not row["is_category_total"]
    ]
    return total["is_category_total"] and len(tiers) == 1


def _as_rebooking(row: Row) -> Row:
    """A row of `reports.rpt_sensitivity` as one of `reports.rpt_rebooking`."""
    return {
        "tier": row["tier"],
        "is_category_total": False,
        "total_users_w_sessions": row["n"],
        "rebooked_count": row["rebooked"],
        "ci_low_pct": wilson_low_pct(row["rebooked"], row["n"]),
        "ci_high_pct": wilson_high_pct(row["rebooked"], row["n"]),
    }


def _counts(row: Row) -> tuple[str, int, int]:
    return row["tier"], row["total_users_w_sessions"], row["rebooked_count"]
