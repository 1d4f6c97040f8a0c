"""The page of the latest verdict: every check with what it found, in one file that loads nothing."""

from html import escape

from include.pipeline.quality.verdict import Check, Verdict

FILE_NAME = "latest.html"
STYLE = """\
body { margin: 1.5rem auto; max-width: 75rem; padding: 0 1rem; color: #212529; background: #fff;
  font: 16px/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.35rem 0.6rem; border-bottom: 1px solid #dee2e6; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
.passed { color: #146c43; }
.warning { color: #8a5300; }
.refused { color: #b02a37; }
"""


def render(verdict: Verdict) -> str:
    """Return the page of the verdict, as HTML."""
    rows = "\n".join(map(_row, verdict.checks))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>Quality gate</title>
<style>
{STYLE}</style>
</head>
<body>
<h1>Quality gate: {"passed" if verdict.passed else "refused"}</h1>
<p>Run {escape(verdict.run_id)}: {len(verdict.checks)} checks, {len(verdict.refusals)} critical,
{len(verdict.warnings)} warnings.</p>
<table>
<thead>
<tr><th>Table</th><th>Column</th><th>Rule</th><th>Severity</th><th>Rows judged</th><th>Outcome</th></tr>
</thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def _row(check: Check) -> str:
    kind = "passed" if check.passed else "refused" if check.refuses else "warning"
    rows = "" if check.rows is None else f"{check.rows:,}"
    outcome = escape(check.finding) or "passed"
    return (
        f"<tr><td>{check.table}</td><td>{check.column or ''}</td><td>{escape(check.description)}</td>"
        f'<td>{check.severity}</td><td>{rows}</td><td class="{kind}">{outcome}</td></tr>'
    )
