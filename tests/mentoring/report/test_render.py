"""The files: the same facts in each, on a self-contained page."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from include.mentoring.report.narrative import answer, short_answers
from include.mentoring.report.render import render
from include.mentoring.report.results import Results
from include.mentoring.report.sections import sections
from tests.mentoring.report import published

REAL = {"Silver": (57, 22), "Gold": (42, 26), "Bronze": (33, 0)}
EVIL = "<script>alert('1')</script>\"|&`[x](y)"
VOID = {"meta"}


class Page(HTMLParser):
    """The content of a page: its tags with their attributes, its visible text, and its references."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.refers_to: list[str] = []
        self.feed(source)
        self.refers_to += re.findall(r"url\((?!#)[^)]*\)|@import[^;]*|fetch\(|XMLHttpRequest", source)

    @property
    def text(self) -> str:
        """All of the text that is not style."""
        return "".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            is_reference = name.split(":")[-1] in ("href", "src", "srcset", "data", "poster", "background")
            is_vocabulary = name.startswith("xmlns")
            if is_reference or (not is_vocabulary and re.search("https?:", value or "")):
                self.refers_to.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)


def without_scripts(source: str) -> str:
    """Return the page as a browser without scripts has it; all but the last script are charts."""
    scripts = re.findall(r"<script(?: type=\"application/json\")?>(.*?)</script>", source, re.DOTALL)
    assert len(scripts) == source.count("<script")
    for specification in scripts[:-1]:
        assert json.loads(specification)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    return re.sub("<script.*?</script>", "", source, flags=re.DOTALL)


def page_of(document: Results) -> Page:
    """Return the page of the results, every tag of it closed."""
    page = Page(without_scripts(render(document)["tier_report.html"]))
    assert page.open == []
    return page


def test_a_number_and_its_percent_sign_stay_together(results: Callable[..., Results]) -> None:
    """On the page, in its pictures and in Markdown."""
    texts = render(results(**REAL))
    for name in ("tier_report.html", "tier_report.md"):
        assert "61.9\u00a0%" in texts[name]
        assert not re.search(r"\d %", texts[name])


def test_the_csv_has_five_columns_highest_rate_first(results: Callable[..., Results]) -> None:
    """Exactly the first table of the contract, with two decimals."""
    assert render(results(**REAL))["tier_results.csv"] == (
        "tier,tier_category,total_users_w_sessions,rebooked_count,rebooking_rate_pct\n"
        "Gold,top_tier,42,26,61.90\n"
        "Silver,standard_tier,57,22,38.60\n"
        "Bronze,standard_tier,33,0,0.00\n"
    )


def test_the_json_is_what_was_read(results: Callable[..., Results]) -> None:
    """Nothing is lost on the way to the file; what the head warns of is added."""
    document = results(**REAL)
    assert json.loads(render(document)["tier_report.json"]) == {
        **document,
        "headline": "Top-tier users return more: 61.9 % against 24.4 %",
        "warnings": [],
    }


def test_page_and_markdown_say_the_same(results: Callable[..., Results]) -> None:
    """Answer, main figures, files, findings and run are in both."""
    document = results(**REAL, figures={"churned": {"top_tier": 5, "standard_tier": 8}})
    markdown = render(document)["tier_report.md"]
    page = page_of(document)
    said = answer(document)
    for sentence in (*said.lead, *said.notes):
        assert sentence.replace(" %", "\u00a0%") in markdown
        assert sentence.replace(" %", "\u00a0%") in page.text
    for fact in (
        "2031-05-01T02:05:00Z",
        "ab" * 32,
        "mentor changed tier",
        "events: invalid_timestamp",
        "too uncertain to say whether account status agrees with rebooking",
        "Under 7 of 7 other readings",
        "The quality gate's results for this run are not available.",
        "Users were not randomly assigned to mentors.",
        "Users at risk who can still be won back",
    ):
        assert fact in markdown
        assert fact in page.text
    assert "\n| Silver | 57 | 22 | 38.6 | 27.1–51.6 |\n" in markdown
    assert "\n| sessions, all | Gold against Silver | 26/42 | 22/57 | +23.3 |" in markdown


def test_the_head_is_read_in_ten_seconds(results: Callable[..., Results]) -> None:
    """At most 40 words before the first picture; both answers before any table; p values after them."""
    document = results(**REAL)
    source = render(document)["tier_report.html"]
    before_pictures = Page(source[: source.index("<svg")].replace("<!doctype html>", "")).text
    assert len(before_pictures.split()) <= 40
    assert "Top-tier users return more: 61.9 % against 24.4 %" in " ".join(before_pictures.split())
    for answer_in_words in short_answers(document):
        said = f"<strong>{answer_in_words.verdict}</strong>"
        assert source.index(answer_in_words.question) < source.index(said) < source.index("<table")
    assert " p = " not in Page(source[: source.index("<section")]).text


@pytest.mark.parametrize(("origin", "is_said"), [("sample", True), ("own", False)])
def test_figures_of_the_sample_are_called_so(
    origin: str, is_said: bool, results: Callable[..., Results]
) -> None:
    """The figures of synthetic data are labeled, so they are not taken for those of a business."""
    texts = render(results(origin=origin, **REAL))
    for name in ("tier_report.md", "tier_report.html"):
        assert ("synthetic" in texts[name]) is is_said


@pytest.mark.parametrize("tiers", [REAL, {"Unknown": (3, 1)}, {}], ids=["usual", "unlisted", "nobody"])
def test_the_page_loads_nothing(tiers: dict, results: Callable[..., Results]) -> None:
    """One file, pictures and scripts inside, no font, no link: it works offline and contacts no server."""
    page = page_of(results(**tiers))
    # There is nothing to compare with a single group.
    charts = 6 if len(tiers) > 1 else 5 if tiers else 0
    assert all(re.fullmatch(r"a href=#[a-z-]+", reference) for reference in page.refers_to)
    assert not {"link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert page.tags.count("figure") == charts


def test_the_page_can_be_read_by_all(results: Callable[..., Results]) -> None:
    """A language, one main part, captions, headers with a scope, pictures with a text, unique ids."""
    document = results(**REAL)
    page = page_of(document)
    assert ("html", {"lang": "en"}) in page.attributes
    assert [page.tags.count(tag) for tag in ("main", "header", "footer", "h1")] == [1, 1, 1, 1]
    shown = sum(len(part.tables + part.page_tables) for part in sections(document))
    assert page.tags.count("caption") == page.tags.count("table") == shown
    assert all(values.get("scope") in ("col", "row") for tag, values in page.attributes if tag == "th")
    assert all(
        values["role"] == "img" and values["aria-label"] for tag, values in page.attributes if tag == "svg"
    )
    ids = [values["id"] for _, values in page.attributes if "id" in values]
    assert len(ids) == len(set(ids))
    labels = {values["aria-labelledby"] for _, values in page.attributes if "aria-labelledby" in values}
    assert labels and labels <= set(ids)


def test_what_a_decision_does_not_need_is_folded_away(results: Callable[..., Results]) -> None:
    """Every table opens at a click, and a whole section; the Markdown file has all of it."""
    document = results(**REAL)
    source = without_scripts(render(document)["tier_report.html"])
    folded = source.partition("<details>\n<summary>Show the figures</summary>")[2].partition("</section>")[0]
    markdown = render(document)["tier_report.md"]
    for fact in ("rates differ no more than chance", "History of the rate"):
        assert fact in folded and source.count(fact) == folded.count(fact)
        assert fact in markdown
    assert "| 2031-05-01 | 61.9 (26/42; 46.8–75.0) | 24.4 (22/90; 16.7–34.2) |" in markdown
    assert "Show the figures" not in render(results(tables={"rpt_quality": []}))["tier_report.html"]
    assert len(
        re.findall(r'<details>\n<summary>[^<]+</summary>\n<div class="scroll"', source)
    ) == source.count("<table")


def test_wide_tables_scroll_in_a_box_of_their_own(results: Callable[..., Results]) -> None:
    """Otherwise they would widen the page of a phone; the box can be reached by keyboard."""
    source = without_scripts(render(results(**REAL))["tier_report.html"])
    boxes = re.findall(r'<div class="scroll" role="region" aria-label="[^"]+" tabindex="0">\n<table>', source)
    assert len(boxes) == source.count("<table>")
    assert ".scroll { overflow-x: auto;" in source


def test_what_comes_from_a_delivery_is_text(results: Callable[..., Results]) -> None:
    """Tiers, mentors, users, files and findings are never markup, in tables, charts or sentences."""
    tiers = {EVIL: (40, 20), "Gold": (40, 30)}
    rows = published.rows(tiers)
    document = results(
        figures={"file_name": EVIL},
        tables={
            "rpt_mentors": [row | {"mentor_id": f"{EVIL}{row['mentor_id']}"} for row in rows["rpt_mentors"]],
            "rpt_quality": [{"finding": EVIL, "detail": EVIL, "findings": 1, "examples": [EVIL]}],
            "rpt_checks": [rows["rpt_checks"][0] | {"orphan_users": [EVIL]}],
            "rpt_users_at_risk": [row | {"user_id": EVIL} for row in rows["rpt_users_at_risk"]],
        },
        **tiers,
    )
    document["run_id"] = EVIL
    texts = render(document)
    page = Page(without_scripts(texts["tier_report.html"]))
    assert all(reference.startswith("a href=#") for reference in page.refers_to)
    assert page.text.count(EVIL) >= 20 + 10 + 3 + 1
    assert "<script" not in texts["tier_report.md"]
    for line in texts["tier_report.md"].splitlines():
        if line.startswith("|") and "script" in line:
            head = re.sub(r"\\.", "", line)
            assert "[" not in head and "`" not in head
    assert json.loads(texts["tier_report.json"])["files"][0]["file"] == EVIL
    assert [row["tier"] for row in csv.DictReader(io.StringIO(texts["tier_results.csv"], newline=""))] == [
        "Gold",
        EVIL,
    ]


def test_markdown_tables_hold_together(results: Callable[..., Results]) -> None:
    """Every row of a table has as many cells as its header, whatever characters a name has."""
    odd = "a|b\nc\\|d"
    rows = published.rows(REAL)["rpt_mentors"]
    document = results(**REAL, tables={"rpt_mentors": [row | {"mentor_id": odd} for row in rows[4:6]]})
    markdown = render(document)["tier_report.md"]
    tables = re.findall(r"(?:^\|.*\n)+", markdown, re.M)
    assert len(tables) == sum(len(part.tables) for part in sections(document))
    for table in tables:
        cells = {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in table.splitlines()}
        assert len(cells) == 1
    assert r"| a\|b c\\\|d | Silver |" in markdown


def test_a_long_table_is_cut(results: Callable[..., Results]) -> None:
    """The page shows a hundred mentors and says so; the results file has them all."""
    (row, *_) = published.rows(REAL)["rpt_mentors"]
    many = [row | {"mentor_id": f"M_{number:03}"} for number in range(150)]
    document = results(**REAL, tables={"rpt_mentors": many})
    page = page_of(document)
    assert "(the first 100 of 150; all are in tier_report.json)" in page.text
    assert "M_099" in page.text and "M_100" not in page.text
    assert len(document["mentors"]) == 150


def test_without_figures_there_is_a_report(results: Callable[..., Results]) -> None:
    """A warehouse without an event gives four files that say so."""
    document = results(
        figures={"at_risk": 0, "observation_end": None}, tables={"rpt_quality": [], "rpt_files": []}
    )
    texts = render(document)
    assert texts["tier_results.csv"].count("\n") == 1
    for name in ("tier_report.md", "tier_report.html"):
        assert "no user has had a session yet" in texts[name]
        assert "There are no events." in texts[name]
        assert "None" not in texts[name]


def test_the_users_behind_a_rate_are_on_the_page(results: Callable[..., Results]) -> None:
    """In a table of their tier, with the row of the file; Markdown has the query that gives them."""
    document = results(Gold=(2, 1), tables=users_of_gold("u1", EVIL))
    source, markdown = (render(document)[f"tier_report.{kind}"] for kind in ("html", "md"))
    page = Page(without_scripts(source)).text
    same = "mentor = M_1, window closed = yes, data date = 2031-05-02, file = booking_events.json"
    assert f"Gold: 1 of 2 users came back (in every row: {same})" in page
    assert EVIL in page and EVIL not in source
    assert EVIL not in markdown and "users came back (in every row" not in markdown
    assert [row["user_id"] for row in document["users"]] == ["u1", EVIL]
    query = markdown.partition("```sql\n")[2].partition("\n```")[0]
    assert query.startswith("select\n    rebookings.tier,") and query in page


def users_of_gold(*names: str) -> dict[str, list[dict]]:
    """Return the rows of users with a first session each; the first of them came back."""
    start = published.OBSERVATION_END - timedelta(days=40)
    keys = [{"user_id": name, "mentor_id": "M_1"} for name in names]
    return {
        "fct_rebookings": [
            {
                **key,
                "lens": "sessions",
                "first_item_at": start + timedelta(days=place),
                "next_item_at": None if place else start + timedelta(days=2),
                "days_to_return": None if place else 2,
                "is_rebooked": not place,
                "is_mature": True,
                "tier": "Gold",
            }
            for place, key in enumerate(keys)
        ],
        "fct_sessions": [
            {**key, "session_id": f"e{place}", "user_session_number": 1} for place, key in enumerate(keys)
        ],
        "stg_events": [
            {"event_id": f"e{place}", "load_id": 3, "row_number": 7 + place} for place, _ in enumerate(keys)
        ],
        "fct_loads": [{"load_id": 3, "file_name": "booking_events.json", "data_date": "2031-05-02"}],
    }
