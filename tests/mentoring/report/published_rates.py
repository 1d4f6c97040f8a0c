"""Rates of a published database by group: rows of tables that count users and who of them rebooked."""

from datetime import date, timedelta
from math import sqrt
from typing import Any

from include.mentoring.report.results import LENSES
from include.mentoring.statistics.tiers import mantel_haenszel_p

CATEGORIES = {"Gold": "top_tier", "Silver": "standard_tier", "Bronze": "standard_tier"}
FEW_USERS = 30

Row = dict[str, Any]
Tiers = dict[str, tuple[int, int]]


def groups(tiers: Tiers) -> Tiers:
    """Return users and rebooked of each tier and each category."""
    counts = dict(tiers)
    for tier, (users, rebooked) in tiers.items():
        category = CATEGORIES.get(tier, "unknown")
        before = counts.get(category, (0, 0))
        counts[category] = (before[0] + users, before[1] + rebooked)
    return counts


def comparison(
    lens: str, cohort: str, a: str, b: str, counts: Tiers, fisher: float | None, permutation: float | None
) -> Row:
    """Return the comparison of two groups of `counts`."""
    (a_users, a_rebooked), (b_users, b_rebooked) = counts[a], counts[b]
    is_primary = (lens, cohort, a) == ("sessions", "mature", "top_tier")
    difference = 100 * (a_rebooked / a_users - b_rebooked / b_users)
    ratio = a_rebooked / a_users / (b_rebooked / b_users) if b_rebooked else None
    return {
        "lens": lens,
        "cohort": cohort,
        "group_a": a,
        "group_b": b,
        "is_primary": is_primary,
        "a_users": a_users,
        "a_rebooked": a_rebooked,
        "b_users": b_users,
        "b_rebooked": b_rebooked,
        "difference_pp": difference,
        "difference_ci_low_pp": max(difference - 18, -100),
        "difference_ci_high_pp": min(difference + 15, 100),
        "cluster_ci_low_pp": max(difference - 16, -100),
        "cluster_ci_high_pp": min(difference + 16, 100),
        "risk_ratio": ratio,
        "risk_ratio_ci_low": ratio and ratio / 1.5,
        "risk_ratio_ci_high": ratio and ratio * 1.5,
        "e_value": ratio and 4.5,
        "e_value_limit": ratio and 2.67,
        "fisher_p": fisher,
        "mentor_permutation_p": permutation,
        "permutation_p_is_bound": False,
        "smallest_permutation_p": 1 / 3003,
        "holm_p": None if is_primary or permutation is None else min(17 * permutation, 1),
        "mentors_a": 5,
        "mentors_b": 10,
        "mentors_in_both": 0,
        "detectable_pp": 25.81,
        "detectable_mentors_pp": 38.04,
        "is_small": min(a_users, b_users) < FEW_USERS,
    }


def dispersion(tier: str, users: int, rebooked: int) -> Row:
    """Return the dispersion of five mentors, none where nothing can vary."""
    found = {"dispersion": 0.46, "p": 0.79} if 0 < rebooked < users else {"dispersion": None, "p": None}
    return {"tier": tier, "mentors": 5, "users": users, "rebooked": rebooked, **found, "p_is_bound": False}


def odds(tiers: Tiers) -> Row:
    """Return odds ratios of Gold with all users as one stratum, by month and by company alike."""
    gold, hits = tiers.get("Gold", (0, 0))
    users, rebooked = (sum(tiers.get(tier, (0, 0))[place] for tier in CATEGORIES) for place in (0, 1))
    above, below = hits * (users - gold - rebooked + hits), (gold - hits) * (rebooked - hits)
    ways = gold * (users - gold) * rebooked * (users - rebooked)
    p = ways and mantel_haenszel_p(hits - gold * rebooked / users, ways / (users * users * (users - 1)))
    figures = {"or": above / below if below else None, "p": p or None}
    return {
        f"mantel_haenszel_{stratum}{name}": figure
        for stratum in ("", "company_")
        for name, figure in figures.items()
    }


def history(tiers: Tiers, last: date) -> list[Row]:
    """Return the rates of half of the users a month before the last day, and of all of them on it."""
    made = []
    for as_of, parts in ((last - timedelta(days=30), 2), (last, 1)):
        for name, (users, rebooked) in groups(tiers).items():
            own_users, own_rebooked = _parts(users, rebooked, parts)[0]
            own = rate(own_users, own_rebooked)
            made.append(
                {
                    "as_of_date": as_of,
                    "tier": name,
                    "tier_category": CATEGORIES.get(name, "unknown") if name in tiers else name,
                    "is_category_total": name not in tiers,
                    "users": own_users,
                    "rebooked": own_rebooked,
                    **{key: own[key] for key in ("rate_pct", "ci_low_pct", "ci_high_pct")},
                }
            )
    return made


def rate(users: int, rebooked: int) -> Row:
    """Return rate, Wilson's 95 % interval and smallness; no rate without users."""
    if not users:
        return {"rate_pct": None, "ci_low_pct": None, "ci_high_pct": None, "is_small": True}
    z, share = 1.959964, rebooked / users
    middle, scale = share + z * z / (2 * users), 1 + z * z / users
    half = z * sqrt(share * (1 - share) / users + z * z / (4 * users * users))
    return {
        "rate_pct": 100 * share,
        "ci_low_pct": abs(100 * (middle - half) / scale),
        "ci_high_pct": 100 * (middle + half) / scale,
        "is_small": users < FEW_USERS,
    }


def rebooking(tiers: Tiers) -> list[Row]:
    made = []
    for lens in LENSES:
        for cohort in ("all", "mature"):
            for name, (users, rebooked) in groups(tiers).items():
                figures = rate(users, rebooked)
                made.append(
                    {
                        "lens": lens,
                        "cohort": cohort,
                        "tier": name,
                        "tier_category": CATEGORIES.get(name, "unknown") if name in tiers else name,
                        "is_category_total": name not in tiers,
                        "total_users_w_sessions": users,
                        "rebooked_count": rebooked,
                        "rebooking_rate_pct": figures["rate_pct"],
                        "ci_low_pct": figures["ci_low_pct"],
                        "ci_high_pct": figures["ci_high_pct"],
                    }
                )
    return made


def _parts(users: int, rebooked: int, parts: int) -> list[tuple[int, int]]:
    """Users and rebooked, split as evenly as possible into `parts`."""
    return [
        (len(range(part, users, parts)), len(range(part, rebooked, parts)))
        for part in range(min(parts, max(users, 1)))
    ]


def mentors(tiers: Tiers) -> list[Row]:
    made = []
    for tier, (users, rebooked) in tiers.items():
        for own_users, own_rebooked in _parts(users, rebooked, 5):
            made.append(
                {
                    "mentor_id": f"M_{len(made) + 1}",
                    "tier": tier,
                    "tier_category": CATEGORIES.get(tier, "unknown"),
                    "requests": own_users + own_rebooked + 1,
                    "cancelled": 1,
                    "sessions": own_users + own_rebooked,
                    "users": own_users,
                    "rebooked": own_rebooked,
                    **rate(own_users, own_rebooked),
                }
            )
    return made


def _categories(tiers: Tiers) -> Tiers:
    return {name: counts for name, counts in groups(tiers).items() if name not in tiers}


def cohorts(tiers: Tiers) -> list[Row]:
    return [
        {
            "cohort_month": f"2031-0{month}-01",
            "tier_category": category,
            "users": own_users,
            "rebooked": own_rebooked,
            **rate(own_users, own_rebooked),
            "is_mature": month < 4,
        }
        for category, (users, rebooked) in _categories(tiers).items()
        for month, (own_users, own_rebooked) in enumerate(_parts(users, rebooked, 3), start=2)
    ]


def accounts(tiers: Tiers, churned: dict[str, int]) -> list[Row]:
    made = []
    for category, (users, rebooked) in _categories(tiers).items():
        lost = churned.get(category, 0)
        for status, own_users in (("active", users - lost), ("churned", lost)):
            if own_users:
                own_rebooked = rebooked * own_users // users
                made.append(
                    {
                        "tier_category": category,
                        "account_status": status,
                        "users": own_users,
                        "share_pct": 100 * own_users / users,
                        "rebooked": own_rebooked,
                        **rate(own_users, own_rebooked),
                    }
                )
    return made
