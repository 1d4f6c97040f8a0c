"""Messages for the business: the tiers of mentors."""

from collections.abc import Iterator
from contextlib import contextmanager

from include.mentoring import tier_changes
from include.mentoring.tier_changes import Mentors
from include.pipeline.core.settings import settings
from include.pipeline.notify.apprise_client import Alert
from include.pipeline.notify.run_alerts import alerting, published, quietly, title


@contextmanager
def alerting_changed_tiers(run_id: str) -> Iterator[None]:
    """Send an alert about mentors whose tier changes with the version that the block publishes."""
    before = quietly(_mentors)
    yield
    if before:
        tiers_changed(run_id, before)


@alerting
def tiers_changed(run_id: str, before: Mentors) -> Alert | None:
    """Compose the alert about changed tiers, and about mentors who came or left; None if no tier changed."""
    after = _mentors()
    if not tier_changes.other_tiers(before, after):
        return None
    lines = tier_changes.describe(before, after)
    return Alert(
        title("tiers changed"),
        f"Run: {run_id}\nPublished: {published()}\n\n" + "\n".join(lines),
        "info",
    )


def _mentors() -> Mentors:
    """Return the mentors of the newest version of the build's origin; none before its first."""
    from include.pipeline.core import origin, warehouse
    from include.pipeline.publish import versions

    present = origin.of_build(settings())
    kept = [version for version in versions.kept() if version.manifest["origin"] == present]
    if not kept:
        return {}
    with warehouse.connect(kept[-1].database, read_only=True) as connection:
        return tier_changes.read(connection)
