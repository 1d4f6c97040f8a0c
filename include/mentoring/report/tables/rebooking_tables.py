"""Tables of the rebooking rate: by tier, lens and cohort, compared, and under other definitions."""

from collections.abc import Callable

from include.mentoring.report.narrative.evidence import difference_pp
from include.mentoring.report.narrative.formatting import count, holm_p, p_value, permutation_p, variants
from include.mentoring.report.readings import other_rates, readings
from include.mentoring.report.results import (
    HEADLINE_LENS,
    TIER_ORDER,
    Results,
    Row,
    rebooking,
)
from include.mentoring.report.tables.columns import INTERVAL, category
from include.mentoring.report.tables.table import DECIMAL, FIGURES, NUMBER, PERCENT, Column, Format, Table

P_VALUE = Format(p_value, is_number=True)


def _group(row: Row) -> str:
    return f"{category(row['tier_category'])} together" if row["is_category_total"] else row["tier"]


def _is_total(row: Row) -> bool:
    return bool(row["is_category_total"])


def _pair(row: Row) -> str:
    notes = [
        *(["primary"] if row["is_primary"] else []),
        *(["few users"] if row["is_small"] else []),
        *([f"{count(row['mentors_in_both'], 'mentor')} in both"] if row["mentors_in_both"] else []),
    ]
    return f"{category(row['a'])} against {category(row['b'])}" + (f" ({', '.join(notes)})" if notes else "")


def _ends(low: str, high: str, write: str) -> Callable[[Row], str | None]:
    return lambda row: None if row[low] is None else f"{row[low]:{write}} to {row[high]:{write}}"


def _permutation_p(row: Row) -> str | None:
    return permutation_p(row) if row["mentor_permutation_p"] is not None else None


def _counts(group: str) -> Callable[[Row], str]:
    return lambda row: f"{row[f'{group}_rebooked']:,}/{row[f'{group}_users']:,}"


def _by_variant(results: Results) -> list[Row]:
    """One row per reading, or per group of readings with the same counts, with its figures by tier."""
    return [
        {
            "reading": variants(reading.names) + (" (as the answer)" if reading.is_as_answer else ""),
            "tiers": reading.tiers,
        }
        for reading in readings(results)
    ]


def _figures_of(tier: str) -> Callable[[Row], Row | None]:
    return lambda row: row["tiers"].get(tier)


def _tier_columns(results: Results) -> list[Column]:
    found = {row["tier"] for row in results["sensitivity"]}
    tiers = [tier for tier in TIER_ORDER if tier in found] + sorted(found - set(TIER_ORDER))
    return [
        Column("reading", "reading"),
        *(Column(_figures_of(tier), tier, TIER_RATE) for tier in tiers),
    ]


def _tier_rate(row: Row) -> str:
    if row["rebooked"] is None:
        return f"{PERCENT.write(row['rate_pct'])} ({row['n']:,} mentors)"
    return f"{PERCENT.write(100 * row['rebooked'] / row['n'])} ({row['rebooked']:,}/{row['n']:,})"


TIER_RATE = Format(_tier_rate, is_number=True)
GROUP_RATE = (
    Column(_group, "tier"),
    Column("total_users_w_sessions", "users", NUMBER),
    Column("rebooked_count", "came back", NUMBER),
    Column(lambda row: 100 * row["rebooked_count"] / row["total_users_w_sessions"], "%", PERCENT),
    INTERVAL,
)

# The tiers, then the categories as totals.
HEADLINE = Table(
    lambda results: rebooking(results, HEADLINE_LENS) + rebooking(results, HEADLINE_LENS, totals=True),
    "Rebooking rate by tier and category of the first mentor",
    GROUP_RATE,
    _is_total,
)


LENSES = Table(
    other_rates,
    "The same question asked in other ways (lenses), of all users and of those whose window had closed"
    " (mature)",
    (Column("lens", "lens"), Column("cohort", "cohort"), *GROUP_RATE),
    _is_total,
)

COMPARISONS = Table(
    "comparisons",
    "Groups compared: the first against the second",
    (
        Column(lambda row: f"{row['lens']}, {row['cohort']}", "lens, cohort"),
        Column(_pair, "groups"),
        Column(_counts("a"), "first", FIGURES),
        Column(_counts("b"), "second", FIGURES),
        Column(difference_pp, "points", Format("{:+.1f}".format, is_number=True)),
        Column(_ends("difference_ci_low_pp", "difference_ci_high_pp", "+.1f"), "95 % interval", FIGURES),
        Column(_ends("cluster_ci_low_pp", "cluster_ci_high_pp", "+.1f"), "over mentors", FIGURES),
        Column("risk_ratio", "risk ratio", DECIMAL),
        Column(_ends("risk_ratio_ci_low", "risk_ratio_ci_high", ".2f"), "ratio's interval", FIGURES),
        Column("fisher_p", "Fisher p", P_VALUE),
        Column(_permutation_p, "permutation p", FIGURES),
        Column(holm_p, "Holm p", FIGURES),
        Column(lambda row: f"{row['mentors_a']:,}+{row['mentors_b']:,}", "mentors", FIGURES),
    ),
)

# A row per reading of its own counts, a column per tier.
SENSITIVITY = Table(_by_variant, "Other readings of the same events, rates in percent", _tier_columns)
