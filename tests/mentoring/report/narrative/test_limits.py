"""The limits of the evidence, each with its own number, and only those that apply."""

from collections.abc import Callable

from include.mentoring.report.narrative import limits
from include.mentoring.report.narrative.limits import NOT_RANDOM
from include.mentoring.report.results import Results
from tests.mentoring.report import published

TIERS = {"Gold": (42, 26), "Silver": (57, 22), "Unknown": (1, 0)}


def test_every_limit_has_its_number(results: Callable[..., Results]) -> None:
    """Mentors, months, open windows, unlisted mentors and users, ends that are assumed."""
    rows = published.rows(TIERS)["rpt_rebooking"]
    mature = published.rows({"Gold": (39, 24), "Silver": (54, 21)})["rpt_rebooking"]
    rebooking = [row for row in rows if row["cohort"] == "all"] + [
        row for row in mature if row["cohort"] == "mature"
    ]
    said = limits(results(**TIERS, tables={"rpt_rebooking": rebooking}))
    assert said[0] == NOT_RANDOM
    assert said[1:3] == [
        "A tier is given to a mentor, so the evidence is as large as the number of mentors: 5 top-tier and 10"
        " standard-tier. One mentor more or less can move the rates.",
        "All first sessions fall into one period, from February 2031 to April 2031; other seasons, prices or"
        " users may give other rates.",
    ]
    assert said[4:] == [
        "For 7 of 100 users the 30 days had not passed by the end of the data; who of them has not come back"
        " yet still may. Without them: Gold 24 of 39 (61.5 %), Silver 21 of 54 (38.9 %).",
        "1 user began with a mentor who is in no sheet; it is in no comparison.",
        "1 user of the events is not in the users export; with a session it counts as any other, and nothing"
        " is known of the account.",
        "9 of 148 sessions lack a recorded end and were given 45 minutes. That touches the double bookings,"
        " not the rebooking rate, which counts starts.",
    ]


def test_without_figures_only_the_design_limits(results: Callable[..., Results]) -> None:
    """Without mentors, months or users there is no limit about them."""
    checks = {"double_bookings": 0, "orphan_users": [], "users_without_session": 0, "dormant_users": 0}
    said = limits(results(tables={"rpt_checks": [checks]}))
    assert len(said) == 2


def test_a_month_and_closed_windows_are_called_so(results: Callable[..., Results]) -> None:
    """One month is not a span, and no window is called open when all are closed."""
    rows = [row for row in published.rows(TIERS)["rpt_monthly_cohorts"] if "-02-" in row["cohort_month"]]
    said = limits(results(**TIERS, tables={"rpt_monthly_cohorts": rows}))
    assert any("one period, in February 2031;" in sentence for sentence in said)
    assert "The 30 days of every user had passed by the end of the data." in said
