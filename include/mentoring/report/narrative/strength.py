"""How much weight the comparison bears: alike users, the smallest difference to be shown, strata, history."""

from math import sqrt

from include.mentoring.report.narrative.evidence import can_speak
from include.mentoring.report.narrative.formatting import SIGNIFICANT_P, listed, p_value
from include.mentoring.report.results import HEADLINE_LENS, Results, Row, primary, rebooking

STRATA = {
    "month of the first session": ("mantel_haenszel_or", "mantel_haenszel_p"),
    "company": ("mantel_haenszel_company_or", "mantel_haenszel_company_p"),
}


def strength(results: Results) -> list[str]:
    """Return a sentence for each question that the data can answer; of few users, only of the history."""
    row = primary(results)
    if row is None or row["is_small"]:
        return _history(results)
    return [
        *_dispersion(results),
        *_detectable(row),
        *_hidden(row),
        *_adjusted(results),
        *_trend(results),
        *_history(results),
    ]


def _dispersion(results: Results) -> list[str]:
    found = [row for row in results["mentor_dispersion"] if row["p"] is not None]
    apart = [row for row in found if row["p"] < SIGNIFICANT_P]
    if not found:
        return []
    figures = "chi-squared over its degrees of freedom, which chance alone makes about 1, is"
    if not apart:
        return [
            f"Rates of the mentors of a tier differ no more than chance could make them: {figures}"
            f" {listed(map(_spread, found))}."
        ]
    too_narrow = sqrt(max(row["dispersion"] for row in apart))
    return [
        f"Rates of the mentors of {listed(row['tier'] for row in apart)} differ more than chance would make"
        f" them: {figures} {listed(map(_spread, found))}. Users of one mentor are alike there, so intervals"
        f" over users are too narrow, by a factor of up to {too_narrow:.2f}; those over mentors less so."
    ]


def _spread(row: Row) -> str:
    p = p_value(row["p"], is_bound=row["p_is_bound"])
    return f"{row['dispersion']:.2f} for {row['tier']} (p {p})"


def _detectable(row: Row) -> list[str]:
    if row["detectable_pp"] is None or not can_speak(row):
        return []
    mentors = row["detectable_mentors_pp"]
    over_mentors = "" if mentors is None else f", and at least {mentors:.1f} with mentors as the unit"
    return [
        f"The smallest difference that the {row['a_users'] + row['b_users']:,} users of the comparison chosen"
        f" in advance could show, with a power of 80 %, is about {row['detectable_pp']:.1f} points"
        f"{over_mentors}: that no smaller one is shown does not mean that there is none."
    ]


def _hidden(row: Row) -> list[str]:
    if row["e_value"] is None:
        return []
    return [
        "For something that nobody measured to be all of that difference, it would have to go with the tier"
        f" and with the return by a factor of at least {row['e_value']:.1f} each, or"
        f" {row['e_value_limit']:.1f} for the limit of the interval (E-values)."
    ]


def _trend(results: Results) -> list[str]:
    p, tiers = results["tests"]["trend_p"], {row["tier"] for row in rebooking(results, HEADLINE_LENS)}
    if p is None or not tiers.issuperset(("Bronze", "Silver", "Gold")):
        return []
    return [
        f"As one question in the order of the tiers, Bronze, Silver and Gold, the trend of their rates has p"
        f" {p_value(p)} (Cochran and Armitage, over users and exploratory)."
    ]


def _adjusted(results: Results) -> list[str]:
    tests = results["tests"]
    found = [
        f"{tests[ratio]:.2f} times within the same {stratum} (p {p_value(tests[p])})"
        for stratum, (ratio, p) in STRATA.items()
        if tests[ratio] is not None and tests[p] is not None
    ]
    if not found:
        return []
    return [
        f"The odds that a user of Gold comes back are, compared with the other tiers, {listed(found)}:"
        " Mantel and Haenszel's odds ratio, over users and exploratory."
    ]


def _history(results: Results) -> list[str]:
    if len({row["date"] for row in results["history"]}) < 2:
        return []
    return [
        "The table has the rates as they stood at earlier dates, and no p value at any of them: many looks at"
        " growing data find a difference sooner or later, also where there is none."
    ]
