"""What a delivery says comes out of the report as text, for a spreadsheet, a browser and a screen."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence

from markupsafe import escape

from include.mentoring.report.render import MAX_CELL_CHARS, render
from include.mentoring.report.results import Results
from tests.mentoring.report import published
from tests.mentoring.report.conftest import publish, results
from tests.support.markup import Markup

__all__ = ["publish", "results"]

TIERS = {"Gold": (40, 30), "Silver": (40, 20)}


def texts_with(mentor_ids: Sequence[str], results: Callable[..., Results]) -> dict[str, str]:
    """Return the report's texts with mentors of these ids, who also stand among the findings."""
    (row, *_) = published.rows(TIERS)["rpt_mentors"]
    tables = {
        "rpt_mentors": [row | {"mentor_id": mentor_id} for mentor_id in mentor_ids],
        "rpt_quality": [
            {"finding": "mentor_unknown", "detail": "x", "findings": 1, "examples": [mentor_id]}
            for mentor_id in mentor_ids
        ],
    }
    return render(results(tables=tables, **TIERS))


def test_formulas_stay_text_in_the_csv(results: Callable[..., Results]) -> None:
    """A spreadsheet shows such a cell and computes nothing; all other cells are as they are."""
    formulas = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1"]
    document = results(**dict.fromkeys(formulas, (40, 20)), Gold=(40, 30))
    first, *others = csv.DictReader(io.StringIO(render(document)["tier_results.csv"], newline=""))
    assert list(first.values()) == ["Gold", "top_tier", "40", "30", "75.00"]
    assert {row["tier"] for row in others} == {f"'{formula}" for formula in formulas}


def test_hidden_signs_are_shown(results: Callable[..., Results]) -> None:
    """No name turns the text around it, hides that it is another one, or speaks to a terminal."""
    hidden = {
        "\x1b[31mred": "\\x1b[31mred",
        "K\u202e1": "K\\u202e1",
        "K\u200b1": "K\\u200b1",
        "K\x001": "K\\x001",
        "K\u2028L": "K\\u2028L",
    }
    texts = texts_with(list(hidden), results)
    for name in ("tier_report.html", "tier_report.md"):
        assert not re.search("[\x00\x1b\u200b\u2028\u202e]", texts[name])
    for shown in hidden.values():
        assert texts["tier_report.html"].count(shown) >= 2
    assert {row["mentor_id"] for row in json.loads(texts["tier_report.json"])["mentors"]} == set(hidden)


def test_a_name_of_a_megabyte_is_cut(results: Callable[..., Results]) -> None:
    """The page stays one that can be opened; the results file has all of the name."""
    name = "K" * (1 << 20)
    texts = texts_with([name], results)
    longest = max(len(run) for run in re.findall("K+", texts["tier_report.html"] + texts["tier_report.md"]))
    assert longest == MAX_CELL_CHARS - 1
    assert json.loads(texts["tier_report.json"])["mentors"][0]["mentor_id"] == name


def test_markup_is_text(results: Callable[..., Results]) -> None:
    """A name is read as it is written, on the page and in the Markdown file."""
    names = (
        "</td></table><script>x()</script>",
        "<svg onload=x()>",
        "&lt;b&gt;",
        "' onclick='x()",
        '" onclick="x()',
        "]]>--><b>",
    )
    as_long = [f"K{place}".ljust(len(name), "K") for place, name in enumerate(names)]
    harmless = Markup(texts_with(as_long, results)["tier_report.html"])
    texts = texts_with(names, results)
    page = texts["tier_report.html"]
    assert Counter(Markup(page).elements) == Counter(harmless.elements)
    assert Markup(page).scripts[-1] == harmless.scripts[-1]
    assert all(page.count(escape(name)) >= 2 for name in names)
    assert "<" not in texts["tier_report.md"]


def test_signs_of_markdown_are_text(results: Callable[..., Results]) -> None:
    """No name becomes a link, a picture, a cell more, or slanted."""
    names = ["_K1_", "~~K1~~", "**K1**", "`K1`", "[K1](x)", "![K1](x)", "K|1", "# K1", "K_1"]
    lines = texts_with(names, results)["tier_report.md"].splitlines()
    written = [
        line[2:].split(" | 15 | ")[0] for line in lines if line.startswith("| ") and " | 15 | " in line
    ]
    found = [name for name in written if re.sub(r"\\(.)", r"\1", name) in names]
    assert sorted(re.sub(r"\\(.)", r"\1", name) for name in found) == sorted(names)
    for name in found:
        assert re.search(r"(?<!\\)[*`~|\[\]]|(?<![\w\\])_|(?<!\\)_(?!\w)", name) is None
