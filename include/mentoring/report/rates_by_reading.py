"""The rates under every reading whose counts differ from the answer's, for a reader to choose from."""

from include.mentoring.report.narrative.formatting import variants
from include.mentoring.report.readings import other_rates, readings
from include.mentoring.report.results import HEADLINE_LENS, Results, Row, rebooking
from include.mentoring.statistics.rates import wilson_high_pct, wilson_low_pct


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
