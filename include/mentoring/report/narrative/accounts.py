"""Does account status agree with rebooking? Too few users, or disagreement, is stated."""

from include.mentoring.report.narrative.formatting import (
    CATEGORY_NAMES,
    capitalized,
    few,
    points,
    share,
    signed,
)
from include.mentoring.report.results import Results, Row, by_category
from include.mentoring.statistics.rates import newcombe_high_pp, newcombe_low_pp

CHURNED = "churned"


def accounts(results: Results) -> list[str]:
    """Return sentences on whether the category that returns more has the lower share of churned accounts."""
    totals = by_category(results)
    top, standard = totals.get("top_tier"), totals.get("standard_tier")
    if not top or not standard:
        return ["Account status cannot be compared with rebooking without users in both groups."]
    few_users = results["parameters"]["few_users"]
    churned = {row["tier_category"]: churned_users(results, row["tier_category"]) for row in (top, standard)}
    sentences = [
        f"Churned accounts: {_of(top, churned)} of the users who began with a top-tier mentor,"
        f" {_of(standard, churned)} of those who began with a standard-tier mentor."
    ]
    small = [
        (row["total_users_w_sessions"], CATEGORY_NAMES[row["tier_category"]])
        for row in (top, standard)
        if row["total_users_w_sessions"] < few_users
    ]
    if small:
        return [
            *sentences,
            f"{capitalized(few(small, few_users))}: too few to say whether account status agrees with"
            " rebooking.",
        ]
    return [*sentences, *_agreement(top, standard, churned)]


def churned_users(results: Results, category: str) -> int:
    """Return how many users of the category have a churned account."""
    return sum(
        int(row["users"])
        for row in results["account_status"]
        if (row["tier_category"], row["account_status"]) == (category, CHURNED)
    )


def _agreement(top: Row, standard: Row, churned: dict[str, int]) -> list[str]:
    counts = [(churned[row["tier_category"]], row["total_users_w_sessions"]) for row in (top, standard)]
    rebooked = [(row["rebooked_count"], row["total_users_w_sessions"]) for row in (top, standard)]
    lost = [100 * part / whole for part, whole in counts]
    rate = [part / whole for part, whole in rebooked]
    low, high = _interval(*counts)
    low_of_rates, high_of_rates = _interval(*rebooked)
    gap = f"That is a difference of {signed(lost[0] - lost[1])} points (95 % interval {points(low, high)})"
    if rate[0] == rate[1]:
        return [f"{gap}; both groups return at the same rate, so account status has nothing to agree with."]
    if low <= 0 <= high or low_of_rates <= 0 <= high_of_rates:
        return [f"{gap}: too uncertain to say whether account status agrees with rebooking."]
    more = CATEGORY_NAMES["top_tier" if rate[0] > rate[1] else "standard_tier"]
    if (lost[0] < lost[1]) == (rate[0] > rate[1]):
        return [
            f"{gap}: account status agrees with rebooking. Users of {more} mentors have the higher rebooking"
            " rate and the lower share of churned accounts."
        ]
    return [
        f"{gap}: account status does not agree with rebooking. Users of {more} mentors have the higher"
        " rebooking rate but also the higher share of churned accounts."
    ]


def _interval(top: tuple[int, int], standard: tuple[int, int]) -> tuple[float, float]:
    """The ends, in points, of the interval of the difference of two shares."""
    return newcombe_low_pp(*top, *standard), newcombe_high_pp(*top, *standard)


def _of(row: Row, churned: dict[str, int]) -> str:
    return share(churned[row["tier_category"]], row["total_users_w_sessions"])
