"""Tables of the rebooking rate: by tier, lens and cohort, compared, and in other readings."""

from include.mentoring.report.narrative.formatting import CATEGORY_LABELS, READING_NAMES, p_value
from include.mentoring.report.results import HEADLINE_LENS, LENSES, TIER_ORDER, Results, Row, rebooking
from include.mentoring.report.tables.table import NOTHING, Table, between, rate, table

RATE_COLUMNS = {"tier": False, "users": True, "came back": True, "%": True, "95 % interval": True}


def headline(results: Results) -> Table:
    """Return the headline lens: the tiers, then the categories as totals."""
    tiers = rebooking(results, HEADLINE_LENS)
    rows = tiers + rebooking(results, HEADLINE_LENS, totals=True)
    return table(
        "Rebooking rate by tier and category of the first mentor",
        RATE_COLUMNS,
        [_rates(row) for row in rows],
        totals=range(len(tiers), len(rows)),
    )


def lenses(results: Results) -> Table:
    """Return every lens and cohort."""
    rows = [
        row
        for lens in LENSES
        for cohort in ("all", "mature")
        for totals in (False, True)
        for row in rebooking(results, lens, cohort=cohort, totals=totals)
    ]
    return table(
        "The same question asked in three ways (lenses), of all users and of those whose window had closed"
        " (mature)",
        {"lens": False, "cohort": False, **RATE_COLUMNS},
        [[row["lens"], row["cohort"], *_rates(row)] for row in rows],
        totals=[position for position, row in enumerate(rows) if row["is_category_total"]],
    )


def comparisons(results: Results) -> Table:
    """Return the comparisons of groups with their tests."""
    return table(
        "Groups compared: the first against the second",
        {
            "lens": False,
            "groups": False,
            "first": True,
            "second": True,
            "points": True,
            "risk ratio": True,
            "Fisher p": True,
            "permutation p": True,
            "mentors": True,
        },
        [
            [
                row["lens"],
                f"{_group(row['a'])} against {_group(row['b'])}{' (few users)' if row['is_small'] else ''}",
                f"{row['a_rebooked']:,}/{row['a_users']:,}",
                f"{row['b_rebooked']:,}/{row['b_users']:,}",
                f"{row['difference_pp']:+.2f}",
                NOTHING if row["risk_ratio"] is None else f"{row['risk_ratio']:.2f}",
                p_value(row["fisher_p"]),
                p_value(row["mentor_permutation_p"]),
                f"{row['mentors_a']:,} + {row['mentors_b']:,}",
            ]
            for row in results["comparisons"]
        ],
    )


def sensitivity(results: Results) -> Table:
    """Return each other reading of the same events, a column a tier."""
    readings: dict[str, dict[str, str]] = {}
    for row in results["sensitivity"]:
        readings.setdefault(row["reading"], {})[row["tier"]] = _reading(row)
    found = {row["tier"] for row in results["sensitivity"]}
    tiers = [tier for tier in TIER_ORDER if tier in found] + sorted(found - set(TIER_ORDER))
    return table(
        "Other readings of the same events, each a rate in percent",
        {"reading": False, **dict.fromkeys(tiers, True)},
        [
            [READING_NAMES.get(reading, reading), *(rates.get(tier) for tier in tiers)]
            for reading, rates in readings.items()
        ],
    )


def _rates(row: Row) -> list[str | int]:
    label = CATEGORY_LABELS.get(row["tier_category"], row["tier_category"])
    return [
        f"{label} together" if row["is_category_total"] else row["tier"],
        row["total_users_w_sessions"],
        row["rebooked_count"],
        rate(row["rebooking_rate_pct"]),
        between(row),
    ]


def _reading(row: Row) -> str:
    if row["rebooked"] is None:
        return f"{rate(row['rate_pct'])} ({row['n']:,} mentors)"
    return f"{rate(row['rate_pct'])} ({row['rebooked']:,}/{row['n']:,})"


def _group(name: str) -> str:
    return CATEGORY_LABELS.get(name, name)
