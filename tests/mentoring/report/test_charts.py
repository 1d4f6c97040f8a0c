"""The charts show what the tables say, as pictures that need nothing else."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from include.mentoring.report import charts
from include.mentoring.report.charts import picture
from include.mentoring.report.charts.picture import Picture
from tests.mentoring.report import published, published_rates

SVG = "{http://www.w3.org/2000/svg}"
TIERS = {"Gold": (42, 26), "Silver": (57, 22), "Bronze": (33, 0)}
EVIL = "<script>\x01&\"'\n"


def draw(name: str, tiers: dict[str, tuple[int, int]], **figures: Any) -> Picture | None:
    """Return a chart of the rows that `published` derives from the tiers."""
    rows = published.rows(tiers, **figures)
    draws: dict[str, Callable[[], Picture | None]] = {
        "rates": lambda: charts.rate_by_tier(
            {"the answer": [row for row in rows["rpt_rebooking"] if reading(row) == ("intent", "all")]}, 30
        ),
        "differences": lambda: charts.differences([against_first(tier, tiers) for tier in tiers]),
        "mentors": lambda: charts.mentor_dots(rows["rpt_mentors"], 30),
        "returns": lambda: charts.time_to_return(rows["rpt_time_to_return"], 30),
        "outcomes": lambda: charts.booking_outcomes(
            [row for row in rows["rpt_reliability"] if not row["is_total"]]
        ),
        "cohorts": lambda: charts.monthly_cohorts(rows["rpt_monthly_cohorts"], 30, 30),
    }
    return draws[name]()


def reading(row: published_rates.Row) -> tuple[str, str]:
    """Return the lens and the cohort of a rebooking row."""
    return row["lens"], row["cohort"]


def against_first(tier: str, tiers: dict[str, tuple[int, int]]) -> published_rates.Row:
    """Return the comparison of the first of the tiers with another one, as the report reads it."""
    row = published_rates.comparison("sessions", "all", next(iter(tiers)), tier, tiers, 0.01, 0.01)
    return row | {"a": row["group_a"], "b": row["group_b"]}


CHARTS = ("rates", "differences", "mentors", "returns", "outcomes", "cohorts")


def drawn(name: str, tiers: dict[str, tuple[int, int]]) -> tuple[Picture, ElementTree.Element, list[str]]:
    """Return a chart, its root element and its lines of text; the chart must exist."""
    chart = draw(name, tiers)
    assert chart is not None
    root = ElementTree.fromstring(chart.svg)
    lines = [
        "".join(part.itertext())
        for text in root.iter(f"{SVG}text")
        for part in (text.findall(f"{SVG}tspan") or [text])
    ]
    return chart, root, lines


@pytest.mark.parametrize(
    ("name", "texts", "alt"),
    [
        (
            "rates",
            {
                "Gold: 61.9 % (26 of 42)",
                "Bronze: 0.0 % (0 of 33)",
                "standard tier together: 24.4 % (22 of 90)",
            },
            "Share of users who came back within 30 days: Gold 61.9 %, 95 % interval 46.8–75.0 %;",
        ),
        (
            "differences",
            {"Gold minus Silver: 23.3 points", "Gold minus Gold: 0.0 points"},
            "Gold minus Silver 23.3 points, 95 % interval 5.3 to 38.3;",
        ),
        (
            "mentors",
            {"M_1 (6 of 9)", "M_6 (5 of 12)", "M_15 (0 of 6)", "Gold", "Silver", "Bronze"},
            "5 Gold mentors from 55.6 % to 66.7 %; 5 Silver mentors from 36.4 % to 41.7 %;",
        ),
        (
            "returns",
            {"Gold 61.9 %", "Silver 38.6 %", "Bronze 0.0 %"},
            "Gold 61.9 %, 95 % interval 46.8–75.0 % (half of it by day 15);",
        ),
        (
            "outcomes",
            {"Gold: 76 requests", "68 attended · 1 upcoming · 1 no-show", "5 cancelled · 1 pending"},
            "Gold 76 requests: 68 attended (89.5 %), 1 upcoming (1.3 %)",
        ),
        (
            "cohorts",
            {"Feb", "Mar", "Apr", "2031", "top tier", "standard tier"},
            "February 2031 top tier 64.3 % of 14 users (38.8–83.7 %);",
        ),
    ],
)
def test_the_figures_stand_in_the_chart_and_in_its_text(name: str, texts: set[str], alt: str) -> None:
    """The alternative text has the same figures; color is never the only difference between groups."""
    chart, root, lines = drawn(name, TIERS)
    assert texts <= set(lines)
    assert alt in chart.alt
    assert (root.get("role"), root.get("aria-label")) == ("img", chart.alt)
    assert chart.caption.endswith(".")


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_is_narrow_and_its_print_is_large(name: str) -> None:
    """420 pixels wide with text of 14 pixels: on a phone of 390 the text stays above 11."""
    _, root, _ = drawn(name, TIERS)
    assert root.get("width") == "420"
    assert root.get("viewBox", "").split()[2] == "420"
    assert {text.get("font-size") for text in root.iter(f"{SVG}text")} == {"14px"}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize(
    "tiers",
    [
        TIERS,
        {"Gold": (1, 1)},
        {"Unknown": (1, 0)},
        {**TIERS, "Unknown": (3, 3)},
        {"Gold": (10**5, 10**5), "Silver": (1, 0)},
        {EVIL: (40, 20), "x" * 300: (3, 1)},
    ],
    ids=["usual", "one", "unlisted", "all tiers", "many", "odd names"],
)
def test_any_figures_can_be_drawn(name: str, tiers: dict[str, tuple[int, int]]) -> None:
    """Whatever the tiers are called, the picture is well-formed, loads nothing and holds no script."""
    _, root, _ = drawn(name, tiers)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "g", "path", "rect", "line", "text", "tspan", "defs", "clipPath"}
    for element in root.iter():
        for key, value in element.attrib.items():
            assert not key.endswith("href") and not key.startswith("on")
            assert "http" not in value
            assert "url(" not in value or value.startswith(f"url(#{name}-")


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_to_draw_is_no_picture(name: str) -> None:
    """An empty frame would say that the rate is zero."""
    assert draw(name, {}) is None


def test_clip_paths_of_two_pictures_do_not_meet() -> None:
    """In one page the first `clip1` would clip every picture that asks for one."""
    _, root, _ = drawn("returns", TIERS)
    own = [element.get("id") for element in root.iter() if element.get("id")]
    used = re.findall(r"url\(#([^)]+)\)", ElementTree.tostring(root, encoding="unicode"))
    assert own and set(used) == set(own)
    assert all(str(name).startswith("returns-") for name in own)


def test_colors_shapes_and_dashes_are_distinct() -> None:
    """No two tiers, categories or outcomes share a color, and shapes and dashes differ too."""
    for palette in (
        picture.TIER_COLORS,
        picture.CATEGORY_COLORS,
        picture.TIER_SHAPES,
        picture.CATEGORY_SHAPES,
        {tier: tuple(dash) for tier, dash in picture.TIER_DASHES.items()},
        {key: color for key, (_, color) in charts.outcomes.OUTCOMES.items()},
    ):
        assert len(set(palette.values())) == len(palette)


def test_mentors_with_few_users_are_hollow() -> None:
    """The caption counts them; a mentor of many users is a filled mark, one without users has no mark."""
    rows = published.rows({"Gold": (150, 70)})["rpt_mentors"]
    rows[0] |= {"users": 29, "is_small": True}
    rows[1] |= {"users": 0, "rate_pct": None, "is_small": True}
    chart = charts.mentor_dots(rows, 30)
    assert chart is not None
    marks = [
        path.get("fill")
        for path in ElementTree.fromstring(chart.svg).iter(f"{SVG}path")
        if path.get("stroke") == "#E69F00"
    ]
    # One of them is the legend's.
    assert (marks.count("var(--page, #fff)"), marks.count("#E69F00")) == (2, 3)
    assert "Hollow: fewer than 30 users, so the rate says little (1 of 4 here)." in chart.caption


def test_thirty_mentors_are_drawn_at_most() -> None:
    """Those with the most users, in the order of the tiers; the caption says what is left out."""
    tiers = {"Gold": (1, 1), "Silver": (90, 1)}
    rows = [
        {**row, "mentor_id": f"{row['tier']}{number}", "users": row["users"] + number, "rebooked": 0}
        for number in range(20)
        for row in published.rows(tiers)["rpt_mentors"][:2]
    ]
    chart = charts.mentor_dots(sorted(rows, key=lambda row: row["tier"]), 30)
    assert chart is not None
    names = re.findall(r">((?:Gold|Silver)\d+) \(", chart.svg)
    assert len(names) == 30
    assert names == sorted(names, key=lambda name: name.startswith("Silver"))
    assert "Silver0" in names and "Gold19" in names and "Gold9" not in names
    assert "Shown are the 30 of 40 mentors with the most users" in chart.caption


def test_labels_at_the_end_of_curves_do_not_overlap() -> None:
    """Equal rates get labels of their own, inside the plot, the order of the curves kept."""
    assert charts.returns._spread([50.0, 50.0, 51.0]) == [57.0, 50.0, 64.0]
    assert charts.returns._spread([100.0, 100.0, 0.0]) == [100.0, 93.0, 0.0]
    assert charts.returns._spread([0.0, 0.0]) == [7.0, 0.0]


def test_a_curve_has_a_band_where_there_is_an_interval() -> None:
    """None while nobody has returned; the caption says how many are still observed and not back."""
    chart, root, _ = drawn("returns", TIERS)
    bands = [path for path in root.iter(f"{SVG}path") if path.get("opacity") == "0.15"]
    assert [band.get("fill") for band in bands] == [picture.TIER_COLORS[tier] for tier in ("Gold", "Silver")]
    assert "Gold 16 of 42, Silver 35 of 57, Bronze 33 of 33." in chart.caption
    assert "Bronze 0.0 %." in chart.alt


def test_months_that_are_open_are_marked() -> None:
    """A month whose users' windows are open is hollow and called so; a closed one is not."""
    chart, _, _ = drawn("cohorts", TIERS)
    assert chart.svg.count('fill="var(--page, #fff)"') == 2
    assert "Hollow: some of the month's users are still within their 30 days" in chart.caption
    assert chart.alt.count("still open") == 2
    closed = [row | {"is_mature": True} for row in published.rows(TIERS)["rpt_monthly_cohorts"]]
    full = charts.monthly_cohorts(closed, 30, 30)
    assert full is not None
    assert "Hollow" not in full.caption and "still open" not in full.alt


def version(data_date: str, **rates: float) -> dict[str, Any]:
    """Return what the history keeps of a version."""
    ends = {"low_pct": 40.0, "high_pct": 60.0}
    every = {category: {"rate_pct": rate, **ends} for category, rate in rates.items()}
    return {"figures": {"data_date": data_date, "rates": every}}


def test_the_history_has_a_point_for_each_day_of_data() -> None:
    """The last version of a day counts; the axis names its first day, its last one, and two between."""
    days = [version(f"2031-05-{day:02}", top_tier=50.0 + day, standard_tier=40.0) for day in range(1, 11)]
    replaced = version("2031-05-10", top_tier=1.0, standard_tier=40.0)
    chart = charts.rate_history({"earlier": [*days[:-1], replaced], **days[-1]})
    assert chart is not None
    assert re.findall(r">(\d+ May 31)<", chart.svg) == ["1 May 31", "4 May 31", "7 May 31", "10 May 31"]
    assert (
        "10 data dates" in chart.alt
        and "10 May 2031: top tier 60.0 % (95 % interval 40.0–60.0 %)" in chart.alt
    )


def test_a_day_without_a_known_tier_is_not_in_the_history() -> None:
    """Two days are needed for a line."""
    unknown = version("2031-05-03", unknown=10.0)
    assert charts.rate_history({"earlier": [version("2031-05-01", top_tier=50.0)], **unknown}) is None
    assert charts.rate_history({"earlier": [unknown, unknown], **unknown}) is None


def test_the_last_twelve_months_are_drawn() -> None:
    """Years are below the first month and January; the caption counts the months left out."""
    row = published.rows({"Gold": (42, 26)})["rpt_monthly_cohorts"][0]
    months = [f"{year}-{month:02}-01" for year in (2030, 2031) for month in range(1, 13)][:15]
    chart = charts.monthly_cohorts([row | {"cohort_month": month} for month in months], 30, 30)
    assert chart is not None
    texts = re.findall(r">(Apr|Dec|Jan|Mar|20\d\d)<", chart.svg)
    assert texts == ["Apr", "2030", "Dec", "Jan", "2031", "Mar"]
    assert "3 earlier months not shown" in chart.caption
    assert "January 2030" not in chart.alt and "April 2030" in chart.alt


def test_an_outcome_that_no_request_had_is_left_out() -> None:
    """The text under a bar names only parts that the bar has."""
    rows = published.rows(TIERS)["rpt_reliability"][:1]
    chart = charts.booking_outcomes([rows[0] | {"no_show": 0, "upcoming": 0}])
    assert chart is not None
    assert "68 attended · 5 cancelled · 1 pending" in chart.svg
    assert "no-show" not in chart.svg
    assert charts.booking_outcomes([rows[0] | {"requests": 0}]) is None
