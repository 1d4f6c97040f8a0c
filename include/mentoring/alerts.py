"""Alerts about what a new version changes for the business: the tiers of mentors."""

from collections.abc import Iterator
from contextlib import contextmanager

from include.pipeline.core.settings import settings
from include.pipeline.notify.apprise_client import Alert
from include.pipeline.notify.run_alerts import alerting, published, quietly, title

Mentors = dict[str, tuple[str, bool]]
"""The tier of every mentor, and whether the current sheet lists them."""


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
    changed = {mentor for mentor in before if mentor in after and before[mentor][0] != after[mentor][0]}
    if not changed:
        return None
    mentors = sorted(before | after, key=lambda mentor: (mentor not in changed, mentor))
    lines = [change for mentor in mentors if (change := _change(mentor, before, after))]
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
        rows = connection.execute("select mentor_id, tier, is_listed from marts.dim_mentors").fetchall()
    return {mentor: (tier, is_listed) for mentor, tier, is_listed in rows}


def _change(mentor: str, before: Mentors, after: Mentors) -> str | None:
    earlier, was_listed = before.get(mentor, ("", False))
    tier, is_listed = after.get(mentor, ("", False))
    if earlier and tier and earlier != tier:
        return f"{mentor}: {earlier} to {tier}"
    if is_listed and not was_listed:
        return f"{mentor}: new in the sheet, {tier}"
    if was_listed and not is_listed:
        return f"{mentor}: left out of the sheet" + (f", keeps {tier}" if tier else "")
    return None
