"""Bad rows, however many: each is kept with its one reason, or all of the file is refused."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from include.pipeline.core.errors import FileRefused
from include.pipeline.core.settings import declared
from include.pipeline.ingest import ledger
from include.simulator import defects
from include.simulator.defects.delivery_files import FILES
from tests.hostile.catalogue import DUPLICATE_ROW_DEFECTS, HARMLESS_DEFECTS, ROW_DEFECTS, TABLE_ROW_DEFECTS
from tests.support.deliveries import Bench, read

SHARES = (0.01, 0.1, 1.0)
LIMIT = 5.0
ANY_SOURCE = ("ragged_row", "missing_value", "conflicting_duplicate", "exact_duplicate_rows")


def break_rows(defect: str, source: str, share: float, folder: Path) -> tuple[int, list[int]]:
    """Apply the defect to a share of the rows; return how many rows there are then, and the changed ones."""
    path = folder / declared().source(source).file_name
    before = read(path)
    defects.apply(defect, folder, rows=share, source=source if defect in ANY_SOURCE else None)
    after = read(path)
    changed = [
        number
        for number, row in enumerate(after, start=1)
        if number > len(before) or row != before[number - 1]
    ]
    assert len(changed) == pytest.approx(share * len(before), abs=1)
    return len(after), changed


def as_delivered(source: str, text: str) -> Any:
    """Return a rejected row's text as the row it was."""
    return json.loads(text) if source == "events" else next(csv.reader([text]))


def as_loaded(source: str, row: Any, header: list[str]) -> tuple[str, ...]:
    """Return the columns of a good row as raw holds them."""
    values = row if isinstance(row, dict) else dict(zip(header, row, strict=True))
    return tuple(str(values[column]) for column in declared().source(source).columns)


def in_raw(bench: Bench, source: str) -> tuple[list[tuple[int, str]], list[int], tuple[int, ...]]:
    """Return what `raw` holds: rejected rows, numbers of the loaded ones, and the ledger's counts."""
    rejected = bench.build(
        f"select row_number, reason from raw.rejected_rows where source = '{source}' order by 1"
    )
    loaded = [number for (number,) in bench.build(f"select _row_number from raw.{source} order by 1")]
    (counts,) = bench.build(
        "select rows_in_file, rows_loaded, rows_rejected, rows_duplicate from raw.loads"
        " where status = 'accepted'"
    )
    return rejected, loaded, counts


@pytest.mark.parametrize("source", FILES)
def test_no_bad_rows(source: str, bench: Bench, delivery: Path) -> None:
    """A file without a fault loads as it is."""
    path = delivery / declared().source(source).file_name
    bench.land_file(source, path)
    ledger.accept()
    rows = len(read(path))
    assert in_raw(bench, source) == ([], list(range(1, rows + 1)), (rows, rows, 0, 0))


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize(("defect", "source", "reason"), ROW_DEFECTS)
def test_bad_rows(
    defect: str,
    source: str,
    reason: str,
    share: float,
    bench: Bench,
    delivery: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Up to the limit the good rows load as delivered and each bad one is kept; above it none loads."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", f"{LIMIT}")
    rows, bad = break_rows(defect, source, share, delivery)
    path = delivery / declared().source(source).file_name
    if 100 * len(bad) / rows > LIMIT:
        with pytest.raises(FileRefused) as refusal:
            bench.land_file(source, path)
        found = re.escape(f"{path.name} has too many invalid rows: found {len(bad)} of {rows} ")
        assert re.match(rf"{found}\(\d+\.\d %\), {len(bad)} {reason} \(rows {bad[0]}\b", str(refusal.value))
        advice = f". {len(bad)} rows (" if reason == "future_timestamp" else "; correct these"
        assert f"Expected at most 5 % (MENTOR_MAX_REJECTED_PCT){advice}" in str(refusal.value)
        assert ledger.accept() == []
        assert bench.rows_in_raw() == 0
        monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "100")
    bench.land_file(source, path)
    assert len(ledger.accept()) == 1
    rejected, loaded, counts = in_raw(bench, source)
    assert rejected == [(number, reason) for number in bad]
    assert loaded == sorted(set(range(1, rows + 1)) - set(bad))
    assert counts == (rows, rows - len(bad), len(bad), 0)
    delivered = read(path)
    kept = bench.build("select row_text from raw.rejected_rows order by row_number")
    assert [as_delivered(source, text) for (text,) in kept] == [delivered[number - 1] for number in bad]
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    values = bench.build(
        f"select {', '.join(declared().source(source).columns)} from raw.{source} order by _row_number"
    )
    assert values == [as_loaded(source, delivered[number - 1], header) for number in loaded]


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize(("defect", "source"), DUPLICATE_ROW_DEFECTS)
def test_repeated_rows(defect: str, source: str, share: float, bench: Bench, delivery: Path) -> None:
    """Rows that come again, be it all of them, are counted and refuse nothing."""
    rows, repeated = break_rows(defect, source, share, delivery)
    bench.land_file(source, delivery / declared().source(source).file_name)
    ledger.accept()
    rejected, loaded, counts = in_raw(bench, source)
    assert rejected == []
    assert loaded == list(range(1, rows - len(repeated) + 1))
    assert counts == (rows, rows - len(repeated), 0, len(repeated))


@pytest.mark.parametrize("form", ["table", "lines"])
@pytest.mark.parametrize(("defect", "source"), TABLE_ROW_DEFECTS)
def test_a_defect_of_one_row(defect: str, source: str, form: str, bench: Bench, delivery: Path) -> None:
    """A NUL byte spoils its row of a table, and its line of JSON."""
    if form == "lines":
        source = "events"
        defects.apply("one_object_a_line", delivery)
    path = delivery / declared().source(source).file_name
    defects.apply(defect, delivery, source=source)
    bench.land_file(source, path)
    ledger.accept()
    rejected, loaded, counts = in_raw(bench, source)
    assert [reason for _, reason in rejected] == ["malformed_record"]
    assert counts == (len(loaded) + 1, len(loaded), 1, 0)


@pytest.mark.parametrize("defect", HARMLESS_DEFECTS)
def test_what_is_no_fault_of_a_row_loads(
    defect: str, bench: Bench, delivery: Path, made_delivery: Path
) -> None:
    """Unusual files and unusual behaviour lose no row: what they mean is for the models to say."""
    defects.apply(defect, delivery)
    changed = [
        path
        for path in delivery.rglob("*.*")
        if path.is_file() and path.read_bytes() != (made_delivery / path.name).read_bytes()
    ]
    assert changed
    for path in changed:
        (source,) = (source for source in declared().sources if source.file_name == path.name)
        landed = bench.land_file(source.name, path)
        assert landed.rows_rejected == 0
        assert landed.rows_loaded == landed.rows_in_file > 0
