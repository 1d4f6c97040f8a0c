"""The rules of rows: each rejects, for its own reason, the rows that the generator's defect spoils."""

import os
import shutil
from pathlib import Path

from include.pipeline.core.settings import declared
from include.pipeline.core.source import Source
from include.simulator import defects
from tests.checks.other_sources import ROWS, others, spoiled_files
from tests.checks.proof import Proof
from tests.hostile.catalogue import ROW_DEFECTS
from tests.support.deliveries import Bench

# Rules of every source, which stand where rows are classified.
SHARED_REASONS = ("malformed_record", "missing_value", "conflicting_duplicate")


def of_project() -> set[tuple[str, str]]:
    """Return source and reason of every rule."""
    return {
        (source.name, reason)
        for source in declared().sources
        for reason in (*SHARED_REASONS, *(rule.reason for rule in source.rules))
    }


def prove(folder: Path) -> list[Proof]:
    """Land the sample once for each rule, below `folder`, with rows that break it."""
    folder.mkdir()
    os.environ["MENTOR_WAREHOUSE_DIR"] = str(folder / "warehouse")
    spoiled = [
        _proof(
            source, reason, _words(defect), _rejected(folder / f"{source}-{defect}", defect, source, reason)
        )
        for defect, source, reason in ROW_DEFECTS
    ]
    derived = [
        _proof(source.name, reason, "derived from the declaration", _landed(folder, source, content, reason))
        for source in others()
        for reason, content in spoiled_files(source).items()
    ]
    return spoiled + derived


def _proof(source: str, reason: str, planted: str, caught: str | None) -> Proof:
    return Proof(
        check=f"{source}: {reason}",
        where="include/pipeline/ingest/classify.py"
        if reason in SHARED_REASONS
        else "include/mentoring/sources.py",
        planted=f"{planted} ({ROWS} rows)",
        caught=caught,
    )


def _words(defect: str) -> str:
    rule, _, _ = defects.find(defect).rule.partition(":")
    return rule[0].lower() + rule[1:]


def _rejected(folder: Path, defect: str, source: str, reason: str) -> str | None:
    folder.mkdir()
    for delivered in declared().sources:
        shutil.copy(declared().sample_data / delivered.file_name, folder)
    several_sources = defect in ("ragged_row", "missing_value", "conflicting_duplicate")
    defects.apply(defect, folder, rows=ROWS, source=source if several_sources else None)
    bench = Bench(folder)
    bench.land_file(source, folder / declared().source(source).file_name)
    return _caught(bench, reason)


def _landed(folder: Path, source: Source, content: str, reason: str) -> str | None:
    bench = Bench(folder)
    bench.land(source.name, content)
    return _caught(bench, reason)


def _caught(bench: Bench, reason: str) -> str | None:
    found = [why for _, why, _ in bench.rejected()]
    return f"{len(found)} rows rejected as {reason}" if found == [reason] * ROWS else None
