"""Does account status agree with rebooking? Too few users, or disagreement, is stated."""

from include.mentoring.report.narrative.formatting import CATEGORY_NAMES, count, few, percent, share
from include.mentoring.report.results import Results, Row, by_category

CHURNED = "churned"


def accounts(results: Results) -> list[str]:
    """Return sentences on whether the category that returns more has the lower share of churned accounts."""
    totals = by_category(results)
    top, standard = totals.get("top_tier"), totals.get("standard_tier")
    if not top or not standard:
        return ["Account status cannot be set against rebooking: there are not two groups of users."]
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
            f"There are {few(small, few_users)}: too few to say whether account status agrees with"
            " rebooking.",
        ]
    sentences.append(_agreement(top, standard, churned))
    number = sum(churned.values())
    if number < few_users:
        sentences.append(
            f"With {count(number, 'churned user')} in all, that is weak evidence either way (fewer than"
            f" {few_users})."
        )
    return sentences


def churned_users(results: Results, category: str) -> int:
    """Return how many users of the category have a churned account."""
    return sum(
        int(row["users"])
        for row in results["account_status"]
        if (row["tier_category"], row["account_status"]) == (category, CHURNED)
    )


def _agreement(top: Row, standard: Row, churned: dict[str, int]) -> str:
    rate = {
        row["tier_category"]: row["rebooked_count"] / row["total_users_w_sessions"] for row in (top, standard)
    }
    lost = {
        row["tier_category"]: churned[row["tier_category"]] / row["total_users_w_sessions"]
        for row in (top, standard)
    }
    more = max(rate, key=lambda category: rate[category])
    less = min(rate, key=lambda category: rate[category])
    if rate["top_tier"] == rate["standard_tier"]:
        return "Both groups return at the same rate, so account status has nothing to agree with."
    if lost["top_tier"] == lost["standard_tier"]:
        return "The churned shares are equal: account status shows no difference where rebooking shows one."
    if lost[more] < lost[less]:
        return (
            f"Account status agrees with rebooking: the users of {CATEGORY_NAMES[more]} mentors have the"
            " higher rebooking rate and the lower churned share."
        )
    return (
        f"Account status does not agree with rebooking: the users of {CATEGORY_NAMES[more]} mentors have the"
        f" higher rebooking rate ({percent(100 * rate[more])} against {percent(100 * rate[less])}) and also"
        f" the higher churned share ({percent(100 * lost[more])} against {percent(100 * lost[less])})."
    )


def _of(row: Row, churned: dict[str, int]) -> str:
    return share(churned[row["tier_category"]], row["total_users_w_sessions"])
