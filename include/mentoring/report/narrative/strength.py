"""How strong the comparison is: alike users, the smallest difference it can detect, strata, history."""

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
    figures = "chi-squared divided by its degrees of freedom, about 1 by chance alone, is"
    if not apart:
        return [
            f"Within a tier, mentors' rates differ no more than chance could explain: {figures}"
            f" {listed(map(_spread, found))}."
        ]
    too_narrow = sqrt(max(row["dispersion"] for row in apart))
    return [
        f"Within {listed(row['tier'] for row in apart)}, mentors' rates differ more than chance would"
        f" explain: {figures} {listed(map(_spread, found))}. Users of the same mentor are alike there, so"
        f" intervals over users are too narrow, by a factor of up to {too_narrow:.2f}; those over mentors"
        " less so."
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
        f"The smallest difference that the {row['a_users'] + row['b_users']:,} users of the primary"
        f" comparison could detect with 80 % power is about {row['detectable_pp']:.1f} points{over_mentors}:"
        " a smaller one may exist and go unseen."
    ]


def _hidden(row: Row) -> list[str]:
    if row["e_value"] is None:
        return []
    return [
        "To explain all of that difference, something unmeasured would have to go along with both tier and"
        f" return by a risk ratio of at least {row['e_value']:.1f} each, or {row['e_value_limit']:.1f} to"
        " reach the limit of the interval (E-values)."
    ]


def _trend(results: Results) -> list[str]:
    p, tiers = results["tests"]["trend_p"], {row["tier"] for row in rebooking(results, HEADLINE_LENS)}
    if p is None or not tiers.issuperset(("Bronze", "Silver", "Gold")):
        return []
    return [
        f"The trend of the rates across Bronze, Silver and Gold, in that order, has p {p_value(p)}"
        " (Cochran–Armitage, over users, exploratory)."
    ]


def _adjusted(results: Results) -> list[str]:
    tests = results["tests"]
    found = [
        f"{tests[ratio]:.2f} times as high within the same {stratum} (p {p_value(tests[p])})"
        for stratum, (ratio, p) in STRATA.items()
        if tests[ratio] is not None and tests[p] is not None
    ]
    if not found:
        return []
    return [
        f"The odds that a Gold user comes back, compared with the other tiers, are {listed(found)}"
        " (Mantel–Haenszel odds ratio, over users, exploratory)."
    ]


def _history(results: Results) -> list[str]:
    if len({row["date"] for row in results["history"]}) < 2:
        return []
    return [
        "The table shows the rates as they stood at earlier dates, without p values: repeated looks at"
        " growing data find a difference sooner or later, even where there is none."
    ]
