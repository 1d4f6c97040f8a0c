"""What a run gives to other DAGs: Airflow's assets, and the figures that stand beside each update."""

import json
from typing import Any

from airflow.sdk import Asset

PUBLISHED_DATABASE = Asset(
    name="mentor_tier_report_database",
    uri="mentoring://published/mentoring.duckdb",
    group="mentoring",
)
REPORT = Asset(
    name="mentor_tier_report_report",
    uri="mentoring://reports/latest/tier_report.json",
    group="mentoring",
)


def of_database() -> dict[str, Any]:
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


def of_report() -> dict[str, Any]:
    """Return the answer of the latest report: observation end, and users, rebooked and rate by tier."""
    from include.mentoring.report.results import HEADLINE_LENS, rebooking
    from include.pipeline.core.run_names import LATEST
    from include.pipeline.core.settings import settings

    path = settings().report_dir / LATEST / "tier_report.json"
    results = json.loads(path.read_text(encoding="utf-8"))
    return {
        "run_id": results["run_id"],
        "observation_end": results["observation_end"],
        "tiers": {
            row["tier"]: {
                "users": row["total_users_w_sessions"],
                "rebooked": row["rebooked_count"],
                "rate_pct": row["rebooking_rate_pct"],
            }
            for row in rebooking(results, HEADLINE_LENS)
        },
    }
