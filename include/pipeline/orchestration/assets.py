"""What a run gives to other DAGs: Airflow's assets, and the figures that stand next to each update."""

import json
from typing import Any

from airflow.sdk import Asset

from include.pipeline.core.declaration import load
from include.pipeline.core.run_names import LATEST
from include.pipeline.core.settings import database_name, declared, settings

PUBLISHED_DATABASE = Asset(
    name=f"{declared().dag_id}_database",
    uri=f"{declared().database}://published/{database_name()}",
    group=declared().database,
)
REPORT = Asset(
    name=f"{declared().dag_id}_report",
    uri=f"{declared().database}://reports/{LATEST}/{declared().report.results}",
    group=declared().database,
)


def database_figures() -> dict[str, Any]:
    """Return the version that readers open: its number, run, origin, hash, and rows by table."""
    from include.pipeline.publish import versions

    (version,) = (version for version in versions.kept() if version.is_published)
    manifest = version.manifest
    return {
        "version": version.number,
        "published_at": manifest["published_at"],
        "run_id": manifest["run_id"],
        "origin": manifest["origin"],
        "sha256": manifest["database"]["sha256"],
        "rows": {table: counted["rows"] for table, counted in manifest["tables"].items()},
    }


def report_figures() -> dict[str, Any]:
    """Return the run and observation end of the latest report, and the domain's summary of it."""
    report = declared().report
    path = settings().report_dir / LATEST / report.results
    results = json.loads(path.read_text(encoding="utf-8"))
    return {
        "run_id": results["run_id"],
        "observation_end": results["observation_end"],
        **(load(report.summary)(results) if report.summary else {}),
    }
