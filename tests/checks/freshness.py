"""The freshness of the sources: `dbt source freshness` warns where one brought nothing new for too long."""

from typing import Any

from tests.checks.proof import Proof
from tests.checks.workshop import Workshop, in_project

DAYS_TOO_OLD = 1


def unbroken(workshop: Workshop) -> dict[str, str]:
    """Return what dbt says of the age of each source of the good build."""
    workshop.restore()
    return {result.node.name: str(result.status) for result in workshop.dbt("source", "freshness").values()}


def prove(workshop: Workshop) -> list[Proof]:
    """Make all sources older than they may be, and let dbt measure them."""
    sources: list[Any] = [
        source
        for source in workshop.manifest.sources.values()
        if source.freshness and source.freshness.warn_after
    ]
    with workshop.copy() as connection:
        for source in sources:
            days = source.freshness.warn_after.count + DAYS_TOO_OLD
            connection.execute(
                "update raw.loads set data_date = data_date - ? where source = ?", [days, source.name]
            )
    results = workshop.dbt("source", "freshness")
    return [
        Proof(
            check=f"freshness of {source.schema}.{source.name}",
            where=in_project(source.original_file_path),
            planted="a day older than it may be at the date of the latest delivery",
            caught="warn" if str(results[source.unique_id].status) == "warn" else None,
        )
        for source in sources
    ]
