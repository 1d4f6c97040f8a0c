"""The compared tables as the reading of the reference says, row by row."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from unittest.mock import ANY

import pytest

from tests.dbt.tables import Row
from tests.reference import views
from tests.reference.history import CATEGORY, TIERS
from tests.reference.measures import checks, double_bookings, limits, reliability
from tests.reference.reading import Reading
from tests.reference.rebooking import LENSES, by_group, by_mentor, other_readings, rebooking, sensitivity
from tests.reference.statistics import Comparison, all_tiers, compare, holm, newcombe, ratio, total, wilson
from tests.reference.strength import (
    by_company,
    by_month,
    can_vary,
    detectable,
    detectable_of_mentors,
    dispersion,
    dispersion_p,
)
from tests.reference.survival import logrank, time_to_return, users_at_risk

# A rate over fewer users says little.
FEW = 30
# Five times the spread of the difference of two estimates, from 10,000 draws and from 2,000.
DRAW_TOLERANCE = 0.062


def expected(reading: Reading) -> dict[str, list[Row]]:
    """Returns the rows of every compared table as the reading says."""
    return {
        "marts.fct_sessions": [
            (
                session.started.id,
                session.user,
                session.mentor,
                _naive(session.start),
                _naive(session.effective_end),
                session.end is None,
                session.booking and session.booking.request.id,
                session.tier,
                CATEGORY[session.tier],
            )
            for session in reading.sessions
        ],
        "marts.fct_bookings": [
            (
                booking.request.id,
                booking.request.user,
                booking.request.mentor,
                _naive(booking.request.at),
                booking.status,
                booking.outcome(reading.observation_end),
                booking.decided and _naive(booking.decided),
                booking.requested_again,
                booking.session and booking.session.started.id,
                booking.tier,
                CATEGORY[booking.tier],
            )
            for booking in reading.bookings
        ],
        "marts.fct_rebookings": [
            (
                user,
                lens,
                followed.first.mentor,
                _naive(followed.first.at),
                followed.rebooked,
                followed.mature,
                followed.tier,
                followed.category,
            )
            for lens in LENSES
            for user, followed in rebooking(reading, lens).items()
        ],
        "marts.fct_readings": [
            (name, mentor, tier, n, rebooked)
            for name, items in other_readings(reading).items()
            for (mentor, tier), (rebooked, n) in by_mentor(items).items()
        ],
        "marts.fct_double_bookings": [
            (*sorted(pair), is_on_assumed_end) for pair, is_on_assumed_end in double_bookings(reading).items()
        ],
        "anomalies": [*reading.anomalies.items()],
        "reports.rpt_rebooking": [*_rates(reading)],
        "reports.rpt_sensitivity": [*_sensitivity(reading)],
        "reports.rpt_reliability": [
            (tier, *(row[name] for name in row if name != "median_minutes_to_confirm"), _near(median, 1e-6))
            for tier, row in reliability(reading).items()
            for median in [row["median_minutes_to_confirm"]]
        ],
        "reports.rpt_checks": [_checks(reading)],
        "reports.rpt_limits": [tuple(_near(figure, 0.005) for figure in limits(reading).values())],
        "reports.rpt_comparisons": [*_comparisons(reading)],
        "reports.rpt_tests": [
            (
                _near(logrank(reading), 1e-9),
                _near(logrank(reading, ("Gold", "Silver")), 1e-9),
                *(
                    _near(figure, within)
                    for found in adjusted
                    for figure, within in zip(found, (0.005, 1e-9), strict=True)
                ),
                *(_near(trend, 1e-9), *returns),
            )
            for adjusted in [(by_month(reading), by_company(reading))]
            for trend, *returns in [all_tiers(reading)]
        ],
        "reports.rpt_mentor_dispersion": [*_dispersion(reading)],
        **_views(reading),
    }


def _rates(reading: Reading) -> Iterable[Row]:
    for lens in LENSES:
        for cohort in ("all", "mature"):
            users = rebooking(reading, lens, mature=cohort == "mature")
            for tier, (rebooked, n) in by_group(users).items():
                yield (tier, lens, cohort, CATEGORY[tier], False, n, rebooked, *_rate(rebooked, n))
            for category, (rebooked, n) in by_group(users, lambda item: item.category).items():
                yield (category, lens, cohort, category, True, n, rebooked, *_rate(rebooked, n))


def _rate(rebooked: int, n: int) -> Row:
    if not n:
        return None, None, None
    low, high = wilson(rebooked, n)
    return _near(100 * rebooked / n, 0.005), _near(low, 0.05), _near(high, 0.05)


def _sensitivity(reading: Reading) -> Iterable[Row]:
    for name, tiers in sensitivity(reading).items():
        for tier, (rebooked, n) in tiers.items():
            if name == "mean_of_mentors":
                yield name, tier, n, None, _near(rebooked, 0.005)
            else:
                yield name, tier, n, rebooked, _near(100 * rebooked / n, 0.005)


def _checks(reading: Reading) -> Row:
    found = checks(reading)
    end = _naive(reading.observation_end)
    columns = ("double_bookings", "orphan_users", "users_without_session", "dormant_users")
    return end, *(found[name] for name in columns)


def _comparisons(reading: Reading) -> Iterable[Row]:
    compared = {
        (lens, cohort, a, b): found
        for lens in LENSES
        for cohort in ("all", "mature")
        for a, b in (("top_tier", "standard_tier"), *pairwise(TIERS))
        if (found := compare(reading, lens, a, b, mature=cohort == "mature"))
    }
    primary = ("sessions", "mature", "top_tier", "standard_tier")
    tested = [key for key, found in compared.items() if key != primary and found.permutation_p is not None]
    corrected = dict(zip(tested, holm([compared[key].permutation_p or 0 for key in tested]), strict=True))
    are_exact = all(found.is_exact for found in compared.values())
    for key, found in compared.items():
        yield (
            *(*key, key == primary),
            *(found.a[1], found.a[0], found.b[1], found.b[0]),
            _near(found.difference_pp, 0.005),
            *(_near(end, 0.005) for end in newcombe(found.a, found.b)),
            *(_near(figure, 0.005) for figure in (found.risk_ratio, *ratio(found.a, found.b))),
            _near(found.fisher_p, 1e-9),
            _near(found.permutation_p, 1e-9 if found.is_exact else DRAW_TOLERANCE),
            _near(found.smallest_p, 1e-9),
            _near(corrected.get(key), 1e-9 if are_exact else 1),
            # The reading makes draws of its own.
            False if found.is_exact else ANY,
            min(len(found.mentors_a), len(found.mentors_b)) == 1,
            *(len(found.mentors_a), len(found.mentors_b), found.in_both),
            min(found.a[1], found.b[1]) < FEW,
            _near(detectable(found.a[1], found.b[1], found.b[0] / found.b[1]), 0.005),
            _near(_of_mentors(found), 0.005),
        )


def _of_mentors(found: Comparison) -> float | None:
    if not can_vary(found.mentors_a) or not can_vary(found.mentors_b) or (found.smallest_p or 1) >= 0.05:
        return None
    return detectable_of_mentors(found.mentors_a, found.mentors_b)


def _dispersion(reading: Reading) -> Iterable[Row]:
    mentors: dict[str, list[tuple[int, int]]] = {}
    for (_, tier), counts in by_mentor(rebooking(reading)).items():
        mentors.setdefault(tier, []).append(counts)
    for tier, own in mentors.items():
        rebooked, users = total(own)
        if can_vary(own):
            p, is_exact = dispersion_p(own)
            found = (
                _near(dispersion(own), 0.005),
                _near(p, 1e-9 if is_exact else DRAW_TOLERANCE),
                False if is_exact else ANY,
            )
        else:
            found = (None, None, False)
        yield (tier, len(own), users, rebooked, *found)


def _views(reading: Reading) -> dict[str, list[Row]]:
    of_status = views.account_status(reading)
    return {
        "reports.rpt_mentors": [
            (*key, CATEGORY[key[1]], *counts, *_rate(*counts[3:]), counts[4] < FEW)
            for key, counts in views.mentors(reading).items()
        ],
        "reports.rpt_account_status": [
            (*key, rebooked, users, _near(100 * users / total, 0.005), *_rate(rebooked, users), users < FEW)
            for key, (rebooked, users) in of_status.items()
            for total in [sum(users for other, (_, users) in of_status.items() if other[0] == key[0])]
        ],
        "reports.rpt_monthly_cohorts": [
            (*key, rebooked, users, is_mature, *_rate(rebooked, users), users < FEW)
            for key, (rebooked, users, is_mature) in views.months(reading).items()
        ],
        "reports.rpt_rebooking_history": [
            (*key, *kind, users, rebooked, *_rate(rebooked, users))
            for key, (*kind, users, rebooked) in views.history(reading).items()
        ],
        "reports.rpt_time_to_return": [
            (*counts, *(_near(share, 0.05) for share in shares))
            for *counts, returned, low, high in time_to_return(reading)
            for shares in [(returned, low, high)]
        ],
        "reports.rpt_users_at_risk": [
            (*user, _near(chance, 0.05)) for *user, chance in users_at_risk(reading)
        ],
    }


def _near(value: float | None, within: float) -> object:
    return None if value is None else pytest.approx(value, rel=0, abs=within + 1e-9)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
