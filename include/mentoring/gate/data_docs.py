"""Data Docs of the latest run, as pages that load nothing: no script, no font, no picture."""

import re
import shutil
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from include.mentoring.gate.verdict import Check, Verdict

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext

STYLE = Path(__file__).with_name("data_docs.css")
# What Great Expectations' pages load, and what does nothing without it: their labels are buttons of a script.
LOADED = re.compile(
    r"<script\b.*?</script>|<style\b.*?</style>|<footer\b.*?</footer>|<label\b.*?</label>"
    r"|<link\b[^>]*>|<img\b[^>]*>",
    re.DOTALL,
)
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)


def build(context: "EphemeralDataContext", verdict: Verdict, built_in: Path, docs_dir: Path) -> None:
    """Write the Data Docs of the checkpoint that has run in `context`, in place of those before.

    Args:
        context: of the checkpoint; its Data Docs site lies in `built_in`.
        verdict: of the run.
        built_in: folder the pages are made in.
        docs_dir: folder they are put in; whatever it holds goes.
    """
    shutil.rmtree(built_in, ignore_errors=True)
    context.build_data_docs()
    shutil.rmtree(built_in / "static")
    style = STYLE.read_text(encoding="utf-8")
    for page in built_in.rglob("*.html"):
        page.write_text(_offline(page.read_text(encoding="utf-8"), style), encoding="utf-8")
    (built_in / "index.html").write_text(_index(verdict, built_in, style), encoding="utf-8")
    shutil.rmtree(docs_dir, ignore_errors=True)
    built_in.rename(docs_dir)


def _offline(html: str, style: str) -> str:
    html = TITLE.sub("", LOADED.sub("", html))
    return html.replace("<head>", f"<head>\n<title>Quality gate</title>\n<style>\n{style}</style>", 1)


def _index(verdict: Verdict, site: Path, style: str) -> str:
    """The first page: Great Expectations' own is a table that a script fills."""
    pages = {
        path.relative_to(site / "validations").parts[0]: path.relative_to(site).as_posix()
        for path in (site / "validations").rglob("*.html")
    }
    rows = "\n".join(_row(check, pages.get(check.table)) for check in verdict.checks)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>Quality gate</title>
<style>
{style}</style>
</head>
<body>
<h1>Quality gate: {"passed" if verdict.passed else "refused"}</h1>
<p>Run {escape(verdict.run_id)}: {len(verdict.checks)} checks, {len(verdict.refusals)} critical,
{len(verdict.warnings)} warnings.</p>
<table class="table">
<thead><tr><th>Table</th><th>Column</th><th>Rule</th><th>Severity</th><th>Outcome</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def _row(check: Check, page: str | None) -> str:
    table = f'<a href="{escape(page)}">{check.table}</a>' if page else check.table
    kind = "success" if check.passed else "danger" if check.refuses else "warning"
    outcome = escape(check.finding) or "passed"
    return (
        f"<tr><td>{table}</td><td>{check.column or ''}</td><td>{escape(check.description)}</td>"
        f'<td>{check.severity}</td><td class="text-{kind}">{outcome}</td></tr>'
    )
