"""Airflow's records on one machine: made on first use, quick, and never shared with a scheduler."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from include.pipeline.core.errors import SettingInvalid
from include.pipeline.core.settings import PROJECT_DIR, declared
from include.pipeline.orchestration import airflow_database
from tests.support import imports

READ_RECORDS = """
import airflow, json
from airflow.utils.session import create_session
from sqlalchemy import create_engine, text
with create_session() as session, create_engine("duckdb://").connect() as data:
    runs = session.scalar(text("select count(*) from dag_run"))
    print(json.dumps([runs, session.scalar(text("pragma synchronous")), data.scalar(text("select 42"))]))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An Airflow home without a database, for processes that a test starts."""
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_records_are_made_on_first_use_and_commits_wait_for_no_disk(home: Path) -> None:
    """NORMAL, which is 1, is safe with a log that is written ahead; DuckDB knows no such setting."""
    assert imports.printed_by(READ_RECORDS) == [0, 1, 42]
    made = (home / "airflow.db").stat().st_ino
    assert imports.printed_by(READ_RECORDS) == [0, 1, 42]
    assert (home / "airflow.db").stat().st_ino == made
    (home / "airflow.db").unlink()
    assert imports.printed_by(READ_RECORDS) == [0, 1, 42]


def test_two_that_start_at_once_make_the_records_once(home: Path) -> None:
    """As where a person starts two runs in a new checkout."""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", READ_RECORDS], cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in both:
        printed, _ = process.communicate()
        assert process.returncode == 0
        assert json.loads(printed.splitlines()[-1]) == [0, 1, 42]


def test_records_that_cannot_be_made_are_explained(home: Path) -> None:
    """By Airflow's own message, and by what to do."""
    home.mkdir()
    (home / "airflow.db").write_text("no database", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import airflow"], cwd=PROJECT_DIR, capture_output=True, text=True
    )
    assert done.returncode != 0
    for words in ("`airflow db migrate` failed for", "not a database", "remove the file to start a new one"):
        assert words in done.stderr


def test_records_of_another_project_are_left_alone(home: Path) -> None:
    """As where Airflow's own quick start has set AIRFLOW_HOME for every shell."""
    home.mkdir()
    with closing(sqlite3.connect(home / "airflow.db")) as database:
        database.execute("create table dag (dag_id text)")
        database.execute("insert into dag values ('tutorial')")
        database.commit()
        done = subprocess.run(
            [sys.executable, "-c", "import airflow"], cwd=PROJECT_DIR, capture_output=True, text=True
        )
        assert done.returncode != 0
        assert "airflow.db is the database of another Airflow: found its DAG tutorial." in done.stderr
        assert database.execute("select name from sqlite_master").fetchall() == [("dag",)]


def test_records_of_this_project_are_its_own(tmp_path: Path) -> None:
    """Those of the pipeline, and of its audit."""
    with closing(sqlite3.connect(tmp_path / "airflow.db")) as database:
        database.execute("create table dag (dag_id text)")
        names = [(declared().dag_id,), (declared().audit_dag_id,)]
        database.executemany("insert into dag values (?)", names)
        database.commit()
    airflow_database._require_unused(tmp_path / "airflow.db")


def test_records_that_a_scheduler_may_share_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would run the tasks too; the message names the kind of database and no password."""
    airflow_database.require_own()
    monkeypatch.setenv(
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql+psycopg2://airflow:secret@db/airflow"
    )
    with pytest.raises(SettingInvalid) as refused:
        airflow_database.require_own()
    for words in ("is postgresql", "Expected an SQLite file", "Trigger the DAG", "sqlite:////"):
        assert words in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_servers_records_are_left_to_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    """It migrates them itself, before any of its services starts."""
    migrated: list[Any] = []
    monkeypatch.setattr(airflow_database, "_ensure", migrated.append)
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql+psycopg2://airflow@db/airflow")
    airflow_database.prepare()
    assert not migrated
