"""The limits of the evidence, each with its own number, and only those that apply."""

from collections.abc import Callable

import pytest

from include.mentoring.report.narrative import limits
from include.mentoring.report.narrative.limits import NOT_RANDOM
from include.mentoring.report.results import Results
from tests.mentoring.report import published

TIERS = {"Gold": (42, 26), "Silver": (57, 22), "Unknown": (1, 0)}


def test_every_limit_has_its_number(results: Callable[..., Results]) -> None:
    """Mentors, months, open windows, who never met, unlisted mentors and users, ends that are assumed."""
    rows = published.rows(TIERS)["rpt_rebooking"]
    mature = published.rows({"Gold": (39, 24), "Silver": (54, 21)})["rpt_rebooking"]
    rebooking = [row for row in rows if row["cohort"] == "all"] + [
        row for row in mature if row["cohort"] == "mature"
    ]
    accounts = published.rows(TIERS)["rpt_account_status"]
    unlisted = [accounts[0] | {"account_status": "unlisted", "users": 1, "rebooked": 0}]
    tables = {"rpt_rebooking": rebooking, "rpt_account_status": accounts + unlisted}
    figures = {"limits": {"double_bookings_on_assumed_end": 1, "users_never_met": 9}}
    said = limits(results(**TIERS, tables=tables, figures=figures))
    assert said[0] == NOT_RANDOM
    assert said[1:3] == [
        "Tiers belong to mentors, so the sample size that counts is the number of mentors: 5 top-tier and 10"
        " standard-tier. A single mentor can move the rates.",
        "All first sessions fall within one period, from February 2031 to April 2031; other seasons, prices"
        " or users may bring other rates.",
    ]
    assert said[4:] == [
        "For 7 of 100 users, the 30 days had not passed by the end of the data; those not back yet may still"
        " return. Without these users: Gold 24 of 39 (61.5 %), Silver 21 of 54 (38.9 %).",
        "9 users requested a session but never had one: no lens counts them; only the reading"
        ' "every user who ever asked, under the tier of the first request" does.',
        "1 user began with a mentor who is not in the sheet and is in no comparison.",
        "1 user with a session is missing from the users export: that user counts like any other, but nothing"
        " is known about the account.",
        "9 of 148 sessions have no recorded end and are assumed to last 45 minutes. That affects the double"
        " bookings (1 of 7 overlaps only because of such an end), not the rebooking rate, which counts"
        " starts.",
    ]


def test_without_figures_only_the_design_limits(results: Callable[..., Results]) -> None:
    """Without mentors, months or users there is no limit about them."""
    checks = {"double_bookings": 0, "orphan_users": [], "users_without_session": 0, "dormant_users": 0}
    said = limits(results(tables={"rpt_checks": [checks]}))
    assert len(said) == 2


def test_many_mentors_and_a_whole_year_are_no_limit(results: Callable[..., Results]) -> None:
    """One of a hundred mentors moves no rate, and data of all seasons lack none."""
    of_all = [row | {"mentors_a": 30, "mentors_b": 100} for row in published.rows(TIERS)["rpt_comparisons"]]
    month = published.rows(TIERS)["rpt_monthly_cohorts"][0]
    year = [month | {"cohort_month": f"2031-{number:02}-01"} for number in range(1, 13)]
    said = limits(results(**TIERS, tables={"rpt_comparisons": of_all, "rpt_monthly_cohorts": year}))
    assert said[1].endswith("30 top-tier and 100 standard-tier.")
    assert said[2].endswith(
        "from January 2031 to December 2031; other prices or users may bring other rates."
    )


def test_a_month_and_closed_windows_are_called_so(results: Callable[..., Results]) -> None:
    """One month is not a span, and no window is called open when all are closed."""
    rows = [row for row in published.rows(TIERS)["rpt_monthly_cohorts"] if "-02-" in row["cohort_month"]]
    said = limits(results(**TIERS, tables={"rpt_monthly_cohorts": rows}))
    assert any("one period, in February 2031;" in sentence for sentence in said)
    assert "Every user's 30 days had passed by the end of the data." in said


MATURE = {"Gold": (39, 24), "Silver": (54, 21)}


@pytest.mark.parametrize(
    ("tiers", "figures", "sentences"),
    [
        pytest.param(MATURE, {"latest_return_days": 15.01}, ["still return."], id="late"),
        pytest.param(MATURE, {"latest_return_days": None}, ["still return."], id="nobody came back"),
        pytest.param({"Gold": (29, 9)}, {"latest_return_days": 13.06}, ["still return."], id="few to see it"),
        pytest.param(
            MATURE,
            {"latest_return_days": 15.0},
            [
                "data.",
                "The latest return came 15.00 days after the first session, and everyone not back was"
                " observed for at least that long.",
            ],
            id="early",
        ),
        pytest.param(
            {"Gold": (30, 9)},
            {"latest_return_days": 13.06, "users_not_yet_back": 1},
            [
                "data.",
                "The latest return came 13.06 days after the first session; 1 user not back yet has been"
                " observed for less time and may still return.",
            ],
            id="early, and one too new",
        ),
        pytest.param(
            MATURE,
            {"latest_return_days": 13.06, "users_not_yet_back": 4},
            [
                "data.",
                "The latest return came 13.06 days after the first session; 4 users not back yet have been"
                " observed for less time and may still return.",
            ],
            id="early, and some too new",
        ),
    ],
)
def test_who_may_still_come_back_follows_the_latest_return(
    tiers: dict, figures: dict, sentences: list[str], results: Callable[..., Results]
) -> None:
    """Where all returns came in the first half of the window, an open window is no open question."""
    rows = [row for row in published.rows(TIERS)["rpt_rebooking"] if row["cohort"] == "all"]
    rows += [row for row in published.rows(tiers)["rpt_rebooking"] if row["cohort"] == "mature"]
    said = limits(results(**TIERS, tables={"rpt_rebooking": rows}, figures={"limits": figures}))
    (place,) = (place for place, sentence in enumerate(said) if "days had not passed" in sentence)
    first = said[place].partition(" Without these users")[0]
    assert first.endswith(f"by the end of the {sentences[0]}") or first.endswith(sentences[0])
    assert [sentence for sentence in said if "latest return" in sentence] == sentences[1:]


def test_an_unlisted_user_without_a_session_limits_nothing(results: Callable[..., Results]) -> None:
    """The orphan of the fixture has events and no session, so no rate has it."""
    document = results(**TIERS)
    assert document["checks"]["orphan_users"] == ["9999"]
    assert not any("users export" in sentence for sentence in limits(document))


def test_who_never_met_may_be_in_a_lens(results: Callable[..., Results]) -> None:
    """A confirmed booking without a session is in lens bookings; where all met, nothing is said."""
    figures = {"users_never_met": 1, "never_met_confirmed": 1}
    said = limits(results(**TIERS, figures={"limits": figures}))
    assert (
        "1 user requested a session but never had one: lenses sessions and intent leave that user out, lens"
        ' bookings includes 1 with a confirmed booking, and the reading "every user who ever asked, under the'
        ' tier of the first request" counts that user.' in said
    )
    assert not any("never had one" in sentence for sentence in limits(results(**TIERS)))


def test_ends_without_a_double_booking_touch_none(results: Callable[..., Results]) -> None:
    """Without a double booking there is no share of them."""
    checks = published.rows(TIERS)["rpt_checks"][0] | {"double_bookings": 0}
    said = limits(results(**TIERS, tables={"rpt_checks": [checks]}))
    assert said[-1].endswith("That affects the double bookings, not the rebooking rate, which counts starts.")
