"""What a delivery says comes out of the report as text, for a spreadsheet, a browser and a screen."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest

from include.mentoring.reporting.render import MOST_SIGNS_OF_A_CELL, render
from include.mentoring.reporting.results import Results
from tests.mentoring.reporting import published
from tests.mentoring.reporting.conftest import publish, results

__all__ = ["publish", "results"]

TIERS = {"Gold": (40, 30), "Silver": (40, 20)}


def texts_with(mentor_id: str, results: Callable[..., Results]) -> dict[str, str]:
    """Return the report's texts with a mentor of this id, who also stands among the findings."""
    rows = published.rows(TIERS)
    return render(
        results(
            tables={
                "rpt_mentors": [row | {"mentor_id": mentor_id} for row in rows["rpt_mentors"][:1]],
                "rpt_quality": [
                    {"finding": "mentor_unknown", "detail": "x", "findings": 1, "examples": [mentor_id]}
                ],
            },
            **TIERS,
        )
    )


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1"])
def test_a_formula_stays_text_in_the_csv(formula: str, results: Callable[..., Results]) -> None:
    """A spreadsheet shows the cell and computes nothing; all other cells are as they are."""
    text = render(results(**{formula: (40, 20), "Gold": (40, 30)}))["tier_results.csv"]
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [row[0] for row in rows] == ["tier", "Gold", f"'{formula}"]
    assert rows[1] == ["Gold", "top_tier", "40", "30", "75.00"]


@pytest.mark.parametrize(
    ("mentor_id", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("K\u202e1", "K\\u202e1"),
        ("K\u200b1", "K\\u200b1"),
        ("K\x001", "K\\x001"),
        ("K\u2028L", "K\\u2028L"),
    ],
)
def test_hidden_signs_are_shown(mentor_id: str, shown: str, results: Callable[..., Results]) -> None:
    """No name turns the text around it, hides that it is another one, or speaks to a terminal."""
    texts = texts_with(mentor_id, results)
    for name in ("tier_report.html", "tier_report.md"):
        assert mentor_id not in texts[name]
    assert texts["tier_report.html"].count(shown) >= 2
    assert json.loads(texts["tier_report.json"])["mentors"][0]["mentor_id"] == mentor_id


def test_a_name_of_a_megabyte_is_cut(results: Callable[..., Results]) -> None:
    """The page stays one that can be opened; the results file has all of the name."""
    texts = texts_with("K" * (1 << 20), results)
    longest = max(len(run) for run in re.findall("K+", texts["tier_report.html"] + texts["tier_report.md"]))
    assert longest == MOST_SIGNS_OF_A_CELL - 1
    assert json.loads(texts["tier_report.json"])["mentors"][0]["mentor_id"] == "K" * (1 << 20)


@pytest.mark.parametrize(
    "mentor_id",
    ["</td></table><script>x()</script>", "<svg onload=x()>", "&lt;b&gt;", "' onclick='x()", "]]>-->"],
)
def test_markup_is_text(mentor_id: str, results: Callable[..., Results]) -> None:
    """A name is read as it is written, on the page and in the Markdown file."""
    texts = texts_with(mentor_id, results)
    assert re.findall(r"<(script|svg onload|td onclick|b)\b", texts["tier_report.html"]) == []
    assert mentor_id not in texts["tier_report.html"]
    assert "<" not in re.sub(r"&lt;", "", texts["tier_report.md"])


@pytest.mark.parametrize(
    "mentor_id", ["_K1_", "~~K1~~", "**K1**", "`K1`", "[K1](x)", "![K1](x)", "K|1", "# K1"]
)
def test_signs_of_markdown_are_text(mentor_id: str, results: Callable[..., Results]) -> None:
    """No name becomes a link, a picture, a cell more, or slanted."""
    markdown = texts_with(mentor_id, results)["tier_report.md"]
    (row,) = [line for line in markdown.splitlines() if line.startswith("| ") and "| Gold | 1" in line]
    name = row.removeprefix("| ").split(" | Gold | ")[0]
    assert re.sub(r"\\(.)", r"\1", name) == mentor_id
    assert re.search(r"(?<!\\)(?:\\\\)*[*`~|\[\]]|(?<!\\)\b_|(?<![\w\\])_", name) is None
