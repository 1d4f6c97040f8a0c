"""Four files a run, `latest` beside them, and a page that needs nothing but itself."""

import csv
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from include.mentoring import reporting
from include.mentoring.settings import settings

REAL = {"Silver": (57, 22), "Gold": (42, 26), "Bronze": (33, 0)}
NAMES = ["tier_report.html", "tier_report.json", "tier_report.md", "tier_results.csv"]


class Page(HTMLParser):
    """What a page holds: its tags, the text one can read, and what it refers to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.refers_to: list[str] = []
        source = path.read_text(encoding="utf-8")
        self.feed(source)
        self.refers_to += re.findall(r"url\([^)]*\)|@import[^;]*|fetch\(|XMLHttpRequest", source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            is_reference = name.split(":")[-1] in ("href", "src", "srcset", "data", "poster", "background")
            is_vocabulary = name.startswith("xmlns")
            if is_reference or (not is_vocabulary and re.search("https?:", value or "")):
                self.refers_to.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_csv_has_five_columns_highest_rate_first(publish: Callable[..., None]) -> None:
    """Exactly the first table of the contract, with two decimals."""
    publish(**REAL)
    path = reporting.write("a run") / "tier_results.csv"
    assert path.read_bytes().decode() == (
        "tier,tier_category,total_users_w_sessions,rebooked_count,rebooking_rate_pct\n"
        "Gold,top_tier,42,26,61.90\n"
        "Silver,standard_tier,57,22,38.60\n"
        "Bronze,standard_tier,33,0,0.00\n"
    )


def test_a_run_writes_four_files(publish: Callable[..., None]) -> None:
    """The JSON is what was read; page and Markdown say the headline and every tier's rate."""
    publish(**REAL)
    folder = reporting.write("a run")
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    results = json.loads((folder / "tier_report.json").read_text(encoding="utf-8"))
    assert results["run_id"] == "a run"
    assert len(results["rebooking"]) == 3 * 2 * 5
    markdown = (folder / "tier_report.md").read_text(encoding="utf-8")
    page = " ".join(Page(folder / "tier_report.html").text)
    for text in (markdown, page):
        assert "26 of 42 (61.90 %)" in text
        assert "37.46 points more" in text
        assert "2031-05-01T02:05:00Z" in text
    assert "| Silver | standard_tier | 57 | 22 | 38.60 |" in markdown


@pytest.mark.parametrize(("origin", "is_said"), [("sample", True), ("own", False)])
def test_figures_of_the_sample_are_called_so(
    origin: str, is_said: bool, publish: Callable[..., None]
) -> None:
    """Nobody takes the figures of synthetic data for those of a business."""
    publish(origin=origin, **REAL)
    folder = reporting.write("a run")
    for name in ("tier_report.md", "tier_report.html"):
        assert ("synthetic" in (folder / name).read_text(encoding="utf-8")) is is_said


@pytest.mark.parametrize("tiers", [REAL, {"Unknown": (3, 1)}, {}])
def test_the_page_loads_nothing(tiers: dict, publish: Callable[..., None]) -> None:
    """One file, pictures inside, no script, no font, no link: it works offline and tells nobody."""
    publish(**tiers)
    page = Page(reporting.write("a run") / "tier_report.html")
    assert page.refers_to == []
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert ("svg" in page.tags) is bool(tiers)


def test_what_comes_from_a_delivery_is_text_on_the_page(publish: Callable[..., None]) -> None:
    """A name is never markup, in tables, chart, labels or footer."""
    evil = "<script>alert('1')</script>\"|&"
    publish(file_name=evil, **{evil: (40, 20), "Gold": (40, 30)})
    folder = reporting.write(evil)
    page = Page(folder / "tier_report.html")
    assert "script" not in page.tags
    assert page.refers_to == []
    assert "".join(page.text).count(evil) >= 5
    assert json.loads((folder / "tier_report.json").read_text(encoding="utf-8"))["files"][0]["file"] == evil
    with (folder / "tier_results.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["tier"] for row in csv.DictReader(lines)] == ["Gold", evil]


def test_latest_follows_the_newest_run(publish: Callable[..., None]) -> None:
    """`latest` has the files of the run that was written last; the earlier runs stay."""
    publish(**REAL)
    latest = settings().report_dir / "latest"
    for run in ("one", "two", "one"):
        folder = reporting.write(run)
        assert latest.resolve() == folder.resolve()
        assert json.loads((latest / "tier_report.json").read_text(encoding="utf-8"))["run_id"] == run
    assert sorted(path.name for path in settings().report_dir.iterdir()) == ["latest", "one", "two"]


def test_a_run_can_be_written_again(publish: Callable[..., None]) -> None:
    """The folder has the new figures and nothing of the old, whatever a killed run left beside it."""
    publish(**REAL)
    folder = reporting.write("a run")
    (folder / "of-the-first-time").touch()
    for leftover in (".a-run.next", ".a-run.before"):
        (folder.with_name(leftover) / "x").mkdir(parents=True)
    folder.with_name(".latest.next").symlink_to("nowhere")
    publish(Gold=(4, 1))
    assert reporting.write("a run") == folder
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    assert "Gold,top_tier,4,1,25.00" in (folder / "tier_results.csv").read_text(encoding="utf-8")
    assert sorted(path.name for path in folder.parent.iterdir()) == ["a-run", "latest"]
