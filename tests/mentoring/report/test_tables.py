"""The tables show the results under readable headers and round only what they say they round."""

from collections.abc import Callable

from include.mentoring.report.results import Results
from include.mentoring.report.tables.data_tables import FILES, FINDINGS, REJECTED_ROWS
from include.mentoring.report.tables.people_tables import (
    ACCOUNT_STATUS,
    MENTORS,
    MONTHLY_COHORTS,
    USERS_AT_RISK,
)
from include.mentoring.report.tables.rebooking_tables import COMPARISONS, HEADLINE, LENSES, SENSITIVITY
from include.mentoring.report.tables.system_tables import RELIABILITY
from include.mentoring.report.tables.table import NUMBER, YES_NO, Column, Table
from tests.mentoring.report import published, published_rates

REAL = {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)}


def test_a_table_of_a_new_key_is_one_declaration() -> None:
    """Key, caption and columns: a null is a dash, a number is aligned to the right."""
    payments = Table("payments", "Payments", (Column("tier", "tier"), Column("paid", "paid", NUMBER)))
    table = payments.render({"payments": [{"tier": "Gold", "paid": 1200}, {"tier": None, "paid": None}]})
    assert (table.caption, table.columns) == ("Payments", ("tier", "paid"))
    assert table.rows == (("Gold", "1,200"), ("–", "–"))
    assert (table.numbers, table.totals) == ({"paid"}, set())


def test_rates_have_one_decimal_and_their_interval(results: Callable[..., Results]) -> None:
    """Tiers first, then the categories as totals."""
    table = HEADLINE.render(results(**REAL))
    assert table.columns == ("tier", "users", "came back", "%", "95 % interval")
    assert table.rows[1:] == (
        ("Silver", "57", "22", "38.6", "27.1–51.6"),
        ("Bronze", "33", "0", "0.0", "0.0–10.4"),
        ("top tier together", "42", "26", "61.9", "46.8–75.0"),
        ("standard tier together", "90", "22", "24.4", "16.7–34.2"),
    )
    assert table.totals == {3, 4}


def test_a_rate_is_rounded_once(results: Callable[..., Results]) -> None:
    """The database has 6 of 13 as 46.15 %, which would become 46.1 %."""
    document = results(Gold=(13, 6))
    assert document["rebooking"][0]["rebooking_rate_pct"] == 46.15
    assert HEADLINE.render(document).rows[0][3] == "46.2"


def test_a_lens_that_repeats_another_is_left_out(results: Callable[..., Results]) -> None:
    """As are the rates of the first table; the others have their cohort, and every total is marked."""
    rows = published.rows(REAL)["rpt_rebooking"]
    changed = [
        row | {"rebooked_count": row["rebooked_count"] + 1}
        if (row["lens"], row["tier"]) == ("intent", "Silver") or row["cohort"] == "mature"
        else row
        for row in rows
    ]
    table = LENSES.render(results(**REAL, tables={"rpt_rebooking": changed}))
    blocks = [("sessions", "mature"), ("intent", "all"), ("intent", "mature")]
    assert list(dict.fromkeys(row[:2] for row in table.rows)) == blocks
    assert len(table.rows) == 3 * 5 and len(table.totals) == 3 * 2
    assert LENSES.render(results(**REAL)).rows == ()


def test_what_all_rows_say_is_said_once() -> None:
    """In the caption; a figure stays where it is, and so does a long text or the only row."""
    columns = (
        Column("user", "user"),
        Column("is_small", "few users", YES_NO),
        Column("p", "p", NUMBER),
        Column("users", "users", NUMBER),
        Column("note", "note"),
    )
    row = {"user": "a", "is_small": True, "p": None, "users": 7, "note": "x" * 40}
    table = Table("users", "Users", columns)
    rendered = table.render({"users": [row, row]})
    assert rendered.caption == "Users (in every row: few users = yes, p = –)"
    assert rendered.columns == ("user", "users", "note")
    assert rendered.rows == (("a", "7", "x" * 40),) * 2
    assert table.render({"users": [row]}).columns[1] == "few users"


def test_comparisons_warn_of_few_users(results: Callable[..., Results]) -> None:
    """A difference has its sign; without a rebooking of the others there is no ratio."""
    table = COMPARISONS.render(results(Gold=(4, 1), Silver=(57, 22), Bronze=(33, 0)))
    assert table.rows[1] == (
        "sessions, all",
        "Gold against Silver (few users)",
        "1/4",
        "22/57",
        "-13.6",
        "-31.6 to +1.4",
        "-29.6 to +2.4",
        "0.65",
        "0.43 to 0.97",
        "0.000074",
        "0.0067",
        "0.11",
        "5+10",
    )
    without_ratio = COMPARISONS.render(results(Gold=(42, 26), Bronze=(33, 0)))
    assert without_ratio.caption.endswith("(in every row: risk ratio = –, ratio's interval = –)")


def test_comparisons_have_their_notes(results: Callable[..., Results]) -> None:
    """The primary one is called so and has no Holm p; a p that is a bound, or absent, is shown as that."""
    rows = published.rows(REAL)["rpt_comparisons"]
    primary = next(row for row in rows if row["is_primary"])
    bound = primary | {"permutation_p_is_bound": True, "mentor_permutation_p": 1 / 10_001}
    untested = {"mentor_permutation_p": None, "mentors_in_both": 1, "cluster_ci_low_pp": None}
    document = results(**REAL, tables={"rpt_comparisons": [bound, rows[0] | {"lens": "intent"} | untested]})
    first, second = COMPARISONS.render(document).rows
    assert (first[1], first[-3], first[-2]) == ("top tier against standard tier (primary)", "< 0.0001", "–")
    assert (second[1], second[6], second[-3]) == ("Silver against Bronze (1 mentor in both)", "–", "–")


def test_a_tier_without_figures_in_a_variant_has_a_dash(results: Callable[..., Results]) -> None:
    """Missing is not zero; the mean of mentors counts mentors."""
    rows = [
        row
        for row in published.rows(REAL)["rpt_sensitivity"]
        if (row["reading"], row["tier"]) != ("window_14d", "Silver")
    ]
    table = SENSITIVITY.render(results(**REAL, tables={"rpt_sensitivity": rows}))
    assert table.columns == ("reading", "Gold", "Silver", "Bronze")
    assert table.rows[0] == ("a window of 14 days", "61.9 (26/42)", "–", "0.0 (0/33)")
    assert table.rows[-1][1] == "61.9 (3 mentors)"


def test_readings_with_the_same_counts_are_one_row(results: Callable[..., Results]) -> None:
    """The windows of the fixture count as the answer does; the document keeps a row for each."""
    document = results(**REAL)
    table = SENSITIVITY.render(document)
    assert [row[0] for row in table.rows] == [
        "windows of 14, 60 and 90 days (as the answer)",
        "only sessions with a recorded end",
        "only users whose account is active",
        "only users whose first request was not cancelled",
        "every session, followed by another within the window",
        "a third session within the window",
        "every user who ever asked, under the tier of the first request",
        "the mean of the mentors' rates",
    ]
    assert table.rows[0][1:] == ("61.9 (26/42)", "38.6 (22/57)", "0.0 (0/33)")
    assert len(document["sensitivity"]) == 10 * 3


def test_a_null_is_a_dash(results: Callable[..., Results]) -> None:
    """A mentor without users has no rate; a user's company, and the chance to return, may be unknown."""
    rows = published.rows(REAL)
    (mentor, *_) = rows["rpt_mentors"]
    document = results(
        **REAL,
        tables={"rpt_mentors": [mentor | {"users": 0, "rebooked": 0, **published_rates.rate(0, 0)}]},
        figures={"at_risk": 1},
    )
    assert MENTORS.render(document).rows == (("M_1", "Gold", "16", "1", "15", "0", "0", "–", "–", "yes"),)
    assert USERS_AT_RISK.render(document).rows == (("u0", "–", "M_1", "Gold", "0", "–"),)


def test_the_mentors_of_most_users_come_first(results: Callable[..., Results]) -> None:
    """Whatever their tier and rate: all of 8 users say less than most of 1,000."""
    (row, *_) = published.rows(REAL)["rpt_mentors"]
    rows = [
        row | {"mentor_id": mentor, "tier": tier, "users": users, "rate_pct": rate}
        for mentor, tier, users, rate in (("M_1", "Gold", 8, 100.0), ("M_2", "Bronze", 1000, 60.0))
    ]
    table = MENTORS.render(results(**REAL, tables={"rpt_mentors": rows}))
    assert [line[0] for line in table.rows] == ["M_2", "M_1"]


def test_the_latest_comes_first(results: Callable[..., Results]) -> None:
    """Of months and of files, because a long table is cut at its end."""
    (file,) = published.rows(REAL)["rpt_files"]
    document = results(
        **REAL, tables={"rpt_files": [file | {"load_id": 8, "file_name": "late"}, file | {"load_id": 2}]}
    )
    assert [row[1] for row in FILES.render(document).rows] == ["late", "booking_events.json"]
    assert [row[0] for row in MONTHLY_COHORTS.render(document).rows][::2] == [
        "April 2031",
        "March 2031",
        "February 2031",
    ]


def test_the_total_of_reliability_comes_last(results: Callable[..., Results]) -> None:
    """Marked as a total; without a confirmation there is no median."""
    table = RELIABILITY.render(results(**REAL))
    assert table.rows[-1] == ("all", *["204", "186", "15", "3", "180", "3", "3", "6", "180", "9", "33.5"])
    assert table.totals == {3}
    rows = [
        row | {"median_minutes_to_confirm": None}
        for row in published.rows({"Gold": (1, 0)})["rpt_reliability"]
    ]
    without_median = RELIABILITY.render(results(tables={"rpt_reliability": rows}))
    assert without_median.caption.endswith("(in every row: median minutes to confirm = –)")


def test_rejected_rows_are_apart_from_other_findings(results: Callable[..., Results]) -> None:
    """Reasons with their counts; other findings with readable names."""
    document = results(**REAL)
    assert REJECTED_ROWS.render(document).rows == (("events: invalid_timestamp", "1", "events 17"),)
    assert [row[:2] for row in FINDINGS.render(document).rows] == [
        ("orphaned event (no matching request or session)", "end without a start"),
        ("orphaned event (no matching request or session)", "second end of one session"),
        ("mentor changed tier", "Silver to Gold"),
    ]


def test_account_status_has_its_share(results: Callable[..., Results]) -> None:
    """The share is of the category's users, the rate of those with the status."""
    document = results(**REAL, figures={"churned": {"top_tier": 5, "standard_tier": 8}})
    assert ACCOUNT_STATUS.render(document).rows[1] == (
        "top tier",
        "churned",
        "11.9",
        "5",
        "3",
        "60.0",
        "23.1–88.2",
        "yes",
    )
