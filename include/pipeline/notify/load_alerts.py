"""What people are told of the data of a run: rejected rows and changed tiers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from include.pipeline.core.settings import settings
from include.pipeline.notify.apprise_client import Alert
from include.pipeline.notify.run_alerts import NAME, alerting, published, quietly

Mentors = dict[str, tuple[str, bool]]
"""The tier of every mentor, and whether the sheet in force lists them."""


@alerting
def rows_rejected(run_id: str, loads: list[int]) -> Alert | None:
    """Tell how many rows of the loads that a run has just accepted are in the quarantine, and why."""
    rejected = _rejected(loads)
    if not rejected:
        return None
    lines = [
        f"{file_name} of {data_date} (load {load_id}): {rows} of {rows_in_file} rows, {reason}"
        for load_id, file_name, data_date, rows_in_file, reason, rows in rejected
    ]
    listed = ", ".join(str(load_id) for load_id in sorted({row[0] for row in rejected}))
    return Alert(
        f"{NAME}: {sum(row[-1] for row in rejected)} rows rejected",
        f"Run: {run_id}\nThe other rows are accepted. Once the run has published, see\n"
        f"select * from raw.rejected_rows where load_id in ({listed})\n\n" + "\n".join(lines),
        "warning",
    )


@contextmanager
def telling_changed_tiers(run_id: str) -> Iterator[None]:
    """Tell which mentors have another tier in what the block publishes than in the version before."""
    before = quietly(_mentors)
    yield
    if before:
        tiers_changed(run_id, before)


@alerting
def tiers_changed(run_id: str, before: Mentors) -> Alert | None:
    """Tell which mentors have another tier in the newest version, and who else came or went."""
    after = _mentors()
    changed = {mentor for mentor in before if mentor in after and before[mentor][0] != after[mentor][0]}
    if not changed:
        return None
    mentors = sorted(before | after, key=lambda mentor: (mentor not in changed, mentor))
    lines = [change for mentor in mentors if (change := _change(mentor, before, after))]
    return Alert(
        f"{NAME}: tiers changed",
        f"Run: {run_id}\nPublished: {published()}\n\n" + "\n".join(lines),
        "info",
    )


def _rejected(loads: list[int]) -> list[tuple[Any, ...]]:
    """Return load, file name, data date, rows in the file, reason and rejected rows, most frequent first."""
    from include.pipeline.core import warehouse

    with warehouse.connect(settings().build_path, read_only=True) as connection:
        return connection.execute(
            """
            select
                loads.load_id,
                loads.file_name,
                loads.data_date,
                loads.rows_in_file,
                rejected_rows.reason,
                count(*) as rows_rejected
            from raw.rejected_rows
            inner join raw.loads
                on rejected_rows.load_id = loads.load_id
            where list_contains($loads, loads.load_id)
            group by all
            order by loads.load_id, rows_rejected desc, rejected_rows.reason
            """,
            {"loads": loads},
        ).fetchall()


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
