"""Writes the report's files: one folder a run, and `latest` pointing at the newest."""

import csv
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from include.mentoring.reporting import charts, sentences
from include.mentoring.reporting.results import HEADLINE_LENS, LENSES, read, rebooking
from include.mentoring.runs import LATEST, file_name
from include.mentoring.settings import settings

CSV_COLUMNS = (
    "tier",
    "tier_category",
    "total_users_w_sessions",
    "rebooked_count",
    "rebooking_rate_pct",
)
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(enabled_extensions=("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
# A pipe would end a Markdown table's cell.
TEMPLATES.filters["cell"] = lambda text: str(text).replace("|", "\\|")


def write(run_id: str) -> Path:
    """Write the four files of SPEC section 5 from the published database.

    Args:
        run_id: of the run; names the folder.

    Returns:
        The run's folder; `latest` points at it from then on.

    Raises:
        WarehouseInvalid: nothing is published.
    """
    results = read(run_id)
    report_dir = settings().report_dir
    folder = report_dir / file_name(run_id)
    following = report_dir / f".{folder.name}.next"
    shutil.rmtree(following, ignore_errors=True)
    following.mkdir(parents=True)
    for name, text in _render(results).items():
        (following / name).write_text(text, encoding="utf-8", newline="")
    _replace_folder(following, folder)
    _point_latest_at(folder)
    return folder


def _render(results: dict[str, Any]) -> dict[str, str]:
    tiers = rebooking(results, HEADLINE_LENS)
    page = {
        "results": results,
        "headline": sentences.headline(results),
        "tiers": tiers,
        "totals": rebooking(results, HEADLINE_LENS, totals=True),
        "lenses": {lens: rebooking(results, lens) + rebooking(results, lens, totals=True) for lens in LENSES},
    }
    chart = Markup(charts.rate_by_tier(tiers)) if tiers else None
    return {
        "tier_results.csv": _csv(tiers),
        "tier_report.json": json.dumps(results, indent=2, ensure_ascii=False) + "\n",
        "tier_report.md": TEMPLATES.get_template("tier_report.md.j2").render(page),
        "tier_report.html": TEMPLATES.get_template("tier_report.html.j2").render(page, chart=chart),
    }


def _csv(tiers: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for row in tiers:
        *values, rate = (row[column] for column in CSV_COLUMNS)
        writer.writerow([*values, f"{rate:.2f}"])
    return text.getvalue()


def _replace_folder(following: Path, folder: Path) -> None:
    """Put `following` in the place of `folder`, which is there when a run is repeated."""
    before = folder.with_name(f".{folder.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        os.replace(folder, before)
    os.replace(following, folder)
    shutil.rmtree(before, ignore_errors=True)


def _point_latest_at(folder: Path) -> None:
    following = folder.with_name(".latest.next")
    following.unlink(missing_ok=True)
    following.symlink_to(folder.name)
    os.replace(following, folder.with_name(LATEST))
