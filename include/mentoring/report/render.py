"""The results as text: the CSV, the JSON, and the page and the Markdown file from their templates."""

import csv
import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from include.mentoring.report import narrative
from include.mentoring.report.cards import cards
from include.mentoring.report.narrative import SAMPLE, warnings
from include.mentoring.report.results import HEADLINE_LENS, Results, Row, rebooking
from include.mentoring.report.sections import sections
from include.pipeline.publish import history

CSV_COLUMNS = (
    "tier",
    "tier_category",
    "total_users_w_sessions",
    "rebooked_count",
    "rebooking_rate_pct",
)
# A spreadsheet evaluates a cell that begins with one of these as a formula.
FORMULA_CHARS = ("=", "+", "-", "@", "\t")
# Characters with a meaning in Markdown; an underscore inside a word has none.
MARKDOWN_CHARS = re.compile(r"[\\`*~\[\]|]|(?<!\w)_|_(?!\w)")
# Control characters of terminals, and characters that are invisible or change the direction of the text.
HIDDEN_CHARS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
SPACE_BEFORE_PERCENT = re.compile(r"(?<=\d) (?=%)")
MAX_CELL_CHARS = 300
FOLDER = Path(__file__).parent / "templates"
SCRIPT = FOLDER / "tier_report.js"


def _visible(value: Any) -> Any:
    """A value of a template, text or markup, with escapes for control and bidi characters.

    No line breaks between a number and its percent sign.
    """
    if not isinstance(value, str):
        return value
    visible = HIDDEN_CHARS.sub(lambda char: repr(char[0])[1:-1], value)
    return type(value)(SPACE_BEFORE_PERCENT.sub("\u00a0", visible))


TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=select_autoescape(enabled_extensions=("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    finalize=_visible,
)


def render(results: Results) -> dict[str, str]:
    """Return the text of each of the report's files, by name."""
    doubts = warnings(results)
    document = {**results, "headline": narrative.headline(results), "warnings": doubts}
    page: dict[str, Any] = {
        "results": results,
        "headline": narrative.headline(results),
        "data_line": narrative.data_line(results),
        "is_stale": narrative.is_stale(results),
        "cards": cards(results),
        "changes": history.sentence(results["publication"]),
        "answers": narrative.short_answers(results),
        "sections": sections(results),
        "script": _script,
        "notices": [notice for notice in (*doubts, results["trial"], _sample(results)) if notice],
    }
    return {
        "tier_results.csv": _csv(rebooking(results, HEADLINE_LENS)),
        "tier_report.json": json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n",
        "tier_report.md": TEMPLATES.get_template("tier_report.md.j2").render(page),
        "tier_report.html": TEMPLATES.get_template("tier_report.html.j2").render(page),
    }


@cache
def _script() -> Markup:
    """The script that draws the charts live, with Vega-Embed in it: the page loads nothing."""
    return Markup(vl_convert.javascript_bundle(SCRIPT.read_text(encoding="utf-8")))


def _sample(results: Results) -> str | None:
    return SAMPLE if results["origin"] == "sample" else None


def _csv(tiers: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for row in tiers:
        *values, rate = (row[column] for column in CSV_COLUMNS)
        writer.writerow([*map(_no_formula, values), f"{rate:.2f}"])
    return text.getvalue()


def _no_formula(value: str | int) -> str | int:
    """The value, with an apostrophe before it if a spreadsheet would evaluate it as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_CHARS) else value


def _brief(text: str) -> str:
    """The text, cut to MAX_CELL_CHARS; tier_report.json has all of it."""
    return text if len(text) <= MAX_CELL_CHARS else f"{text[: MAX_CELL_CHARS - 1]}…"


def _markdown(text: str) -> str:
    """The text as one line of plain text in Markdown, whatever its characters."""
    escaped = MARKDOWN_CHARS.sub(r"\\\g<0>", " ".join(text.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;")


TEMPLATES.filters.update(md=_markdown, brief=_brief)
