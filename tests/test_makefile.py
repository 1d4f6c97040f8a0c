"""The Makefile: what it makes again, and that what a caller's shell holds does not reach its commands."""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from include.pipeline.core.settings import PROJECT_DIR

ENVIRONMENTS = (".venv", ".venv-spark")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the project that was set up elsewhere, with what make compares."""
    folder = tmp_path / "é and blanks"
    for name in ("Makefile", ".env", "pyproject.toml", "requirements.txt", "requirements-spark.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT_DIR / name, folder)
    reader = "include/pipeline/core/env_file.py"
    (folder / reader).parent.mkdir(parents=True)
    shutil.copy(PROJECT_DIR / reader, folder / reader)
    (folder / "include/dbt/target").mkdir(parents=True)
    for name in ENVIRONMENTS:
        (folder / name).mkdir()
        (folder / name / ".installed").write_text("/elsewhere\n", encoding="utf-8")
    (folder / "include/dbt/target/manifest.json").write_text("{}", encoding="utf-8")
    return folder


def commands(folder: Path, *arguments: str, **variables: str) -> str:
    """Return what make would do."""
    done = subprocess.run(
        ["make", "--dry-run", f"PYTHON={sys.executable}", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_copied_or_moved_project_makes_its_own_environments(copy: Path) -> None:
    """Scripts of the old ones would run the original's code, and publish in its warehouse."""
    todo = commands(copy, "run", "ENGINE=spark")
    for name in ENVIRONMENTS:
        assert f"rm -rf {name}\n" in todo and f"-m venv {name}\n" in todo
    assert todo.index("pip install") < todo.index("dbt parse") < todo.index("mentor run")
    for name in ENVIRONMENTS:
        (copy / name / ".installed").write_text(f"{copy.resolve()}\n", encoding="utf-8")
    (copy / "include/dbt/target/manifest.json").touch()
    assert commands(copy, "setup", "ENGINE=spark") == "make: Nothing to be done for 'setup'.\n"


@pytest.mark.parametrize(
    "line", ["MENTOR_ENGINE=spark", 'MENTOR_ENGINE="spark"', "MENTOR_ENGINE = spark # on a cluster"]
)
def test_make_reads_settings_as_the_commands_do(copy: Path, line: str) -> None:
    """However .env spells the engine; what is typed wins over the environment, and that over .env."""
    env_file = copy / ".env"
    text = env_file.read_text(encoding="utf-8").replace("MENTOR_ENGINE=duckdb", line)
    env_file.write_text(text, encoding="utf-8")
    assert "--profile spark" in commands(copy, "up")
    assert "--profile spark" not in commands(copy, "up", MENTOR_ENGINE="duckdb")
    assert "--profile spark" in commands(copy, "up", "ENGINE=spark", MENTOR_ENGINE="duckdb")


def test_another_port_is_that_of_everything_that_calls_the_web_ui(copy: Path) -> None:
    """That of readers' links, and of the tasks that call the API server."""
    (ui,) = (line for line in commands(copy, "ui", "PORT=8085").split("&& ") if "API__PORT" in line)
    assert "AIRFLOW__API__PORT=8085" in ui
    assert "AIRFLOW__API__BASE_URL=http://127.0.0.1:8085 " in ui
    assert "AIRFLOW__CORE__EXECUTION_API_SERVER_URL=http://127.0.0.1:8085/execution/" in ui


def test_commands_get_utf_8_and_the_projects_own_modules(copy: Path) -> None:
    """Python reads its environment's path in the caller's locale, and cannot start where that has no é."""
    caller = {"LC_ALL": "de_DE.ISO-8859-1", "PYTHONPATH": "/elsewhere", "PYTHONHOME": "/elsewhere"}
    done = subprocess.run(
        ["make", "--eval", "shown: ; @env", "shown", f"PYTHON={sys.executable}"],
        cwd=copy,
        env={"PATH": "/usr/bin:/bin", **caller},
        capture_output=True,
        text=True,
    )
    got = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert (got["LC_ALL"], got["PYTHONUTF8"], got["PYTHONPATH"]) == ("C.UTF-8", "1", str(copy.resolve()))
    assert "PYTHONHOME" not in got


def test_a_locale_or_python_of_the_caller_does_not_matter(tmp_path: Path) -> None:
    """Another project's package `include`, and a locale without é or …: a command says its words."""
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "__init__.py").write_text("raise ImportError('of another project')")
    done = subprocess.run(
        [
            *("make", "--no-print-directory", "versions", f"PYTHON={sys.executable}"),
            *("-o", "setup", "-o", ".venv/.installed"),
        ],
        cwd=PROJECT_DIR,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(tmp_path),
            "PYTHONHOME": str(tmp_path),
            "PYTHONWARNINGS": "error",
            "LC_ALL": "de_DE.ISO-8859-1",
            "DBT_WARN_ERROR": "true",
            "MENTOR_WAREHOUSE_DIR": str(tmp_path / "é"),
        },
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "`make dbt ARGS=…` takes dbt's flags: DBT_WARN_ERROR" in done.stderr.decode()


def test_the_callers_login_is_no_user_to_explain(copy: Path) -> None:
    """Every shell exports USER; only a typed one is meant."""
    assert commands(copy, "explain", USER="root").rstrip().endswith("mentor explain --")
    assert commands(copy, "explain", "USER=900004", USER="root").rstrip().endswith("explain -- '900004'")


def test_a_query_reaches_duckdb_as_it_was_typed(tmp_path: Path) -> None:
    """Quotes, blanks and a comment at its beginning included."""
    published = tmp_path / "mentoring.duckdb"
    with duckdb.connect(published) as connection:
        connection.execute("create table t as select 'it''s \"here\"; `x`' as found")
    done = subprocess.run(
        [
            *("make", "--no-print-directory", "query", f"PYTHON={sys.executable}"),
            *("-o", "setup", f"BIN={Path(sys.executable).parent}"),
            """SQL=-- a comment\nselect found from t where found <> 'it''s "not here"'""",
        ],
        cwd=PROJECT_DIR,
        env={"PATH": "/usr/bin:/bin", "MENTOR_WAREHOUSE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.stderr, done.stdout) == ("", 'found\nit\'s "here"; `x`\n1 row\n')
