"""Brings one delivery into `landing.duckdb`, and accepts or rejects each row of its files."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from include.pipeline.core import warehouse
from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import settings
from include.pipeline.core.source import Source
from include.pipeline.engines.chosen import storage
from include.pipeline.ingest import (
    archive,
    classify,
    known_prefix,
    ledger,
    parse,
    rejected_share,
    rejections,
)
from include.pipeline.ingest.delivery import DeliveredFile, identify
from include.pipeline.ingest.raw_tables import ACCEPTED
from include.pipeline.ingest.readable import readable, scratch

# Of `Landed`, in `delivered.files`.
COLUMNS = (
    *("source", "file_name", "rows_in_file", "rows_loaded", "rows_rejected", "rows_duplicate"),
    *("ignored_columns", "is_known", "values_trimmed"),
)


@dataclass(frozen=True)
class Landed:
    """What landed of one file; counts are rows of the file.

    `rows_in_file = rows_loaded + rows_rejected + rows_duplicate`. `is_known` means that the source
    is no snapshot and the same content was accepted before, so none of it was read. `values_trimmed`
    had blanks around them, in `trimmed_columns`; `rejections` says of some rejected rows what is wrong.
    """

    source: str
    file_name: str
    rows_in_file: int
    rows_loaded: int
    rows_rejected: int
    rows_duplicate: int
    ignored_columns: list[str]
    is_known: bool
    values_trimmed: int = 0
    trimmed_columns: tuple[str, ...] = ()
    rejections: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.is_known:
            return f"{self.file_name}: known content, nothing to load"
        ignored = f", ignored columns {', '.join(self.ignored_columns)}" if self.ignored_columns else ""
        trimmed = (
            f", {self.values_trimmed} value{'s' * (self.values_trimmed > 1)} trimmed of blanks in"
            f" {', '.join(self.trimmed_columns)}"
            if self.values_trimmed
            else ""
        )
        return "; ".join(
            [
                f"{self.file_name}: {self.rows_in_file} rows, {self.rows_loaded} loaded,"
                f" {self.rows_duplicate} duplicate, {self.rows_rejected} rejected{ignored}{trimmed}",
                *self.rejections,
            ]
        )


def land(source: Source, path: Path, data_date: date) -> Landed:
    """Land the source's file of the delivery of `data_date` (UTC), and keep a copy of it.

    Args:
        source: whose file it is.
        path: the delivered file.
        data_date: the delivery's data date.

    Raises:
        FileRefused: nothing of the file is loaded; the refusal is in the ledger of the build.
    """
    copy = archive.take_in(path)
    file = identify(source, copy, known_prefix.accepted(source, data_date))
    current = settings()
    try:
        _refuse_withdrawn(source, file)
        landed = land_into(current.landing_path, current.build_path, source, file, data_date)
    except FileRefused as refusal:
        ledger.refuse(
            ledger.Refusal(source.name, file.name, file.sha256, file.size_bytes, data_date, str(refusal))
        )
        raise
    archive.keep(source, copy, file.sha256)
    return landed


def _refuse_withdrawn(source: Source, file: DeliveredFile) -> None:
    withdrawn = ledger.withdrawn_as(source.name, file.sha256)
    if withdrawn:
        raise FileRefused(
            f"{file.name} was withdrawn: found the content of load {withdrawn}. Expected a corrected file;"
            f" deliver it, or revert the withdrawal with `make withdraw LOAD={withdrawn} UNDO=yes`."
        )


def land_into(landing: Path, build: Path, source: Source, file: DeliveredFile, data_date: date) -> Landed:
    """Land a file in the database at `landing`, against what the one at `build` has accepted.

    Raises:
        FileRefused: nothing of the file is loaded.
    """
    with (
        warehouse.connect(landing) as connection,
        warehouse.attached(connection, build, "build"),
    ):
        return _land(connection, landing, source, file, data_date)


def _land(
    connection: duckdb.DuckDBPyConnection, landing: Path, source: Source, file: DeliveredFile, data_date: date
) -> Landed:
    if file.fault:
        raise FileRefused(file.fault)
    if not source.is_snapshot and ledger.is_accepted(connection, source.name, file.sha256):
        landed = Landed(source.name, file.name, 0, 0, 0, 0, [], is_known=True)
    elif source.is_snapshot and (stored := _land_stored(connection, landing, source, file, data_date)):
        landed = stored
    else:
        with readable(source, file, landing) as file_to_read:
            landed = _read_rest(connection, landing, source, file_to_read, data_date) or _read(
                connection, landing, source, file_to_read, data_date
            )
    connection.execute(
        "insert or replace into delivered.files by name select unnest($file)",
        {
            "file": {
                **{name: getattr(landed, name) for name in COLUMNS},
                "sha256": file.sha256,
                "size_bytes": file.size_bytes,
                "data_date": data_date,
            }
        },
    )
    return landed


def _land_stored(
    connection: duckdb.DuckDBPyConnection, landing: Path, source: Source, file: DeliveredFile, data_date: date
) -> Landed | None:
    """Land a snapshot from the load that has stored this content row by row; None where none has.

    A load after the first one of a source stores only what has changed, so that most rows are not where they
    are in the file; others had rows to reject, or values to trim.
    """
    found = connection.execute(
        f"""
        select load_id, rows_in_file, ignored_columns
        from build.raw.loads
        where
            source = $source
            and sha256 = $sha256
            and status = '{ACCEPTED}'
            and content_load_id = load_id
            and data_date <= $data_date
            and values_trimmed = 0
            and rows_in_file = (select count(*) from build.raw.{source.name} where _load_id = loads.load_id)
        """,
        {"source": source.name, "sha256": file.sha256, "data_date": data_date},
    ).fetchone()
    if not found:
        return None
    load_id, rows, ignored_columns = found
    columns = ", ".join(f'"{column}"' for column in source.columns)
    connection.execute("delete from delivered.rejected_rows where source = ?", [source.name])
    storage().store_landed(
        connection,
        source,
        landing,
        f"select {columns}, _row_number, false as _is_duplicate from build.raw.{source.name}"
        f" where _load_id = {load_id:d}",
    )
    return Landed(source.name, file.name, rows, rows, 0, 0, ignored_columns, is_known=False)


def _read_rest(
    connection: duckdb.DuckDBPyConnection, landing: Path, source: Source, file: DeliveredFile, data_date: date
) -> Landed | None:
    """Land the rows of a file that begins with a known prefix; None where all of it must be judged.

    What refuses a file is found in all of it, so that the refusal says where.
    """
    rest = known_prefix.rest(connection, file, scratch(landing) / "rest")
    if rest is None:
        return None
    try:
        landed = _read(connection, landing, source, file, data_date, rest)
    except FileRefused:
        return None
    ((fit,),) = connection.execute(f"select count(*) from delivered.{source.name}").fetchall()
    is_whole = fit == landed.rows_loaded + landed.rows_duplicate
    return landed if is_whole and not landed.ignored_columns else None


def _read(
    connection: duckdb.DuckDBPyConnection,
    landing: Path,
    source: Source,
    file: DeliveredFile,
    data_date: date,
    rest: known_prefix.Rest | None = None,
) -> Landed:
    """Land the rows of a file, of which maybe only the rest is to be judged."""
    file_to_parse = rest.file if rest else file
    ignored_columns, trimmed = parse.parse(connection, source, file_to_parse)
    texts = known_prefix.put_in_place(connection, rest) if rest else parse.texts(file)
    classify.classify(connection, source, texts, data_date)
    landed = _count(connection, source, file, ignored_columns, known=rest.known if rest else 0)
    kept = rejected_share.check(
        connection, source, file, data_date, rows=landed.rows_in_file, rejected=landed.rows_rejected
    )
    is_clean = landed.rows_loaded + (rest.known if rest else 0) == landed.rows_in_file
    judged = _rows(source, is_clean=is_clean)
    rows = f"select * from ({known_prefix.rows(source, rest)}) union all ({judged})" if rest else judged
    storage().store_landed(connection, source, landing, rows)
    known_prefix.note(connection, source, file, rest, is_changed=bool(trimmed or ignored_columns))
    examples = rejections.examples(connection, source, file) if landed.rows_rejected else []
    return replace(
        landed,
        values_trimmed=sum(trimmed.values()),
        trimmed_columns=tuple(trimmed),
        rejections=(*examples, *kept),
    )


def _count(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    file: DeliveredFile,
    ignored_columns: list[str],
    *,
    known: int,
) -> Landed:
    """Count the rows of a file, of which so many were known before it was parsed."""
    counts = connection.execute(
        """
        select
            (select count(*) from parsed),
            (select count(*) from rejected),
            (select count(*) from repeated)
        """
    ).fetchone()
    assert counts is not None
    parsed, rejected, repeated = counts
    loaded = parsed - rejected - repeated
    return Landed(
        source.name,
        file.name,
        known + parsed,
        loaded,
        rejected,
        known + repeated,
        ignored_columns,
        is_known=False,
    )


def _rows(source: Source, *, is_clean: bool) -> str:
    """Return a query of the rows that are fit for `raw`, in the order of the file."""
    columns = ", ".join(f'"{column}"' for column in source.columns)
    if is_clean:
        # Without a join the rows already come in that order.
        return f"select {columns}, _row_number, false as _is_duplicate from parsed"
    return f"""
        select {columns}, fit._row_number, repeated._row_number is not null as _is_duplicate
        from fit
        left join repeated on fit._row_number = repeated._row_number
        order by fit._row_number
        """
