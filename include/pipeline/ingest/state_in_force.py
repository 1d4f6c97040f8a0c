"""Compares what landed with the state in force: the snapshot with the latest data date."""

from include.pipeline.core import warehouse
from include.pipeline.core.settings import declared, settings
from include.pipeline.ingest.raw_tables import ACCEPTED


def later_than_landed() -> list[str]:
    """Return a sentence for each snapshot of the landing that is older than the state in force.

    It is normal in a backfill, and else a sign that an earlier run had a wrong date.
    """
    snapshots = [source.name for source in declared().sources if source.is_snapshot]
    with (
        warehouse.connect(settings().landing_path, read_only=True) as connection,
        warehouse.attached(connection, settings().build_path, "build"),
    ):
        found = connection.execute(
            """
            with

            seen as (
                select source, load_id, unnest(list_prepend(data_date, redelivered_on)) as seen_on
                from build.raw.loads
                where status = $accepted
            ),

            in_force as (
                select source, max_by(load_id, (seen_on, load_id)) as load_id, max(seen_on) as seen_on
                from seen
                group by source
            )

            select files.file_name, files.data_date, in_force.load_id, in_force.seen_on
            from delivered.files
            inner join in_force on files.source = in_force.source
            where list_contains($snapshots, files.source) and files.data_date < in_force.seen_on
            order by files.rowid
            """,
            {"accepted": ACCEPTED, "snapshots": snapshots},
        ).fetchall()
    return [
        f"{file_name} of {data_date} is older than the state in force, load {load_id} of {seen_on}: it is"
        f" history, and changes no current row; if {seen_on} is wrong, `make withdraw DATE={seen_on}` takes"
        " it back"
        for file_name, data_date, load_id, seen_on in found
    ]
