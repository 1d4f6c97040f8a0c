"""dbt in a copy of the build: an audit finds a wrong row, target dev runs a part, and the build stays."""

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from filelock import FileLock

from include.mentoring.sources import EVENTS
from include.pipeline.core import build_state, built_code, fingerprints, lock, warehouse
from include.pipeline.core.errors import AuditFailed, WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from include.pipeline.maintenance import build_copies, cleanup
from include.pipeline.transform import artifacts, dbt_cli
from include.pipeline.transform.audit import audit_build
from tests.dbt.pipeline import RUN, Pipeline, of_this_process
from tests.support.deliveries import publish

AUDIT = "an_audit"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Return a pipeline that has published the sample, whose second half came as an increment."""
    folder = tmp_path_factory.mktemp("copies")
    with of_this_process(folder / "parsed") as manifest, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MENTOR_DBT_TARGET_DIR", str(folder / "artifacts"))
        pipeline = Pipeline(folder, manifest)
        files = {
            source.file_name: (declared().sample_data / source.file_name).read_bytes()
            for source in declared().sources
        }
        events = json.loads(files[EVENTS.file_name])
        half = json.dumps(events[: len(events) // 2]).encode()
        for day, delivered in enumerate((files | {EVENTS.file_name: half}, files), 1):
            pipeline.deliver(delivered, date(2023, 8, day))
            pipeline.build()
        code = artifacts.read_code(folder / "parsed")
        assert code
        with warehouse.connect(settings().build_path) as connection:
            built_code.store(connection, code)
        publish(RUN)
        # The next to work there is another process.
        lock.release(RUN)
        yield pipeline


def everything(pipeline: Pipeline) -> dict[str, Any]:
    """Return the tables of the build, that of its state too, and all files of others than the dev target."""
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        tables = fingerprints.of_tables(connection)
    files = {
        path.relative_to(pipeline.folder): (path.stat().st_mtime_ns, sha256(path.read_bytes()).hexdigest())
        for path in pipeline.folder.rglob("*")
        if path.is_file() and build_copies.DEV not in path.parts and path.suffix not in (".log", ".lock")
    }
    # A checkpoint writes to the build's file, and no row.
    return {"tables": tables, "files": {**files, settings().build_path.resolve(): None}}


def test_a_wrong_row_of_an_incremental_table_is_found(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No run would touch it again. All other tables are equal, and the build is as it was.

    Meanwhile another run may work in the warehouse, and does not sweep the audit's copy away.
    """
    build_copy = dbt_cli.build_copy

    def build(target: str) -> "tuple[CompletedProcess[str], Path]":
        FileLock(settings().build_dir / "warehouse.lock").acquire(timeout=0).lock.release()
        cleanup.sweep()
        return build_copy(target)

    monkeypatch.setattr(dbt_cli, "build_copy", build)
    right = everything(pipeline)["tables"]["marts.fct_sessions"]
    with warehouse.connect(settings().build_path) as connection:
        connection.execute(
            "create table main.kept as from marts.fct_sessions;"
            "update marts.fct_sessions set mentor_id = 'nobody'"
            " where rowid = (select min(rowid) from marts.fct_sessions)"
        )
    before = everything(pipeline)
    wrong = before["tables"]["marts.fct_sessions"]
    with pytest.raises(AuditFailed) as failed:
        audit_build(AUDIT)
    first, difference, last = str(failed.value).splitlines()
    assert f"The build of {RUN} differs" in first and "`make restore`" in last
    assert difference == (
        f"  marts.fct_sessions: {right['rows']} rows (fingerprint {wrong['fingerprint']}) in the incremental"
        f" build, {right['rows']} rows (fingerprint {right['fingerprint']}) in the full one"
    )
    assert everything(pipeline) == before
    assert build_state.require(RUN)
    with warehouse.connect(settings().build_path) as connection:
        connection.execute(
            "delete from marts.fct_sessions; insert into marts.fct_sessions from main.kept;"
            "drop table main.kept"
        )


def test_a_build_that_equals_its_full_build_passes(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a difference; that real tables are equal shows where one is wrong."""
    done = CompletedProcess([], returncode=0, stdout="")
    monkeypatch.setattr(dbt_cli, "build_copy", lambda _: (done, pipeline.folder / "parsed"))
    before = everything(pipeline)
    assert audit_build(AUDIT).startswith("The build equals a full build: ")
    assert everything(pipeline) == before


def test_rows_of_other_code_are_not_compared(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade they differ by right, until the next run."""
    done = CompletedProcess([], returncode=0, stdout="")
    monkeypatch.setattr(dbt_cli, "build_copy", lambda _: (done, pipeline.folder / "parsed"))
    with warehouse.connect(settings().build_path) as connection:
        code = built_code.read(connection)
        assert code
        built_code.store(connection, code | {"stg_events": {}})
    with pytest.raises(WarehouseInvalid, match=r"found that the code of stg_events .* has changed since"):
        audit_build(AUDIT)
    with warehouse.connect(settings().build_path) as connection:
        built_code.store(connection, code)


def test_a_full_build_that_fails_is_no_sound_one(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the words of dbt."""
    done = CompletedProcess([], returncode=2, stdout="It could not begin.")
    monkeypatch.setattr(dbt_cli, "build_copy", lambda _: (done, tmp_path))
    with pytest.raises(AuditFailed, match=r"found\nIt could not begin\.\nExpected"):
        audit_build(AUDIT)


def test_target_dev_works_in_a_copy(pipeline: Pipeline) -> None:
    """What the next run publishes stays: the rows, the build's state, its record of code, the artifacts."""
    before = everything(pipeline)
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        code = built_code.read(connection)
    asked = ["--quiet", "run", "-s", "stg_users", "--target", "dev"]
    assert dbt_cli.run("command_line", asked) == 0
    assert everything(pipeline) == before
    assert build_state.require(RUN)
    with warehouse.connect(settings().build_path, read_only=True) as connection:
        assert built_code.read(connection) == code
    with (
        warehouse.connect(build_copies.path(build_copies.DEV), read_only=True) as connection,
        pytest.raises(WarehouseInvalid, match="found that `dbt run` began"),
    ):
        build_state.require_in(connection, RUN)
