"""Variables of other programs in the caller's shell do not change what the commands do, and are named."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from include.pipeline.core import caller
from include.pipeline.core.settings import PROJECT_DIR
from tests.support.deployment import Deployment

OTHERS = {
    "DBT_PROFILES_DIR": "/elsewhere",
    "DBT_TARGET_PATH": "/elsewhere",
    "DBT_WARN_ERROR": "true",
    "DBT_ENGINE_SQLPARSE": "{}",
    "AIRFLOW__CORE__DAGS_FOLDER": "/elsewhere/dags",
    "AIRFLOW__CORE__PLUGINS_FOLDER": "/elsewhere/plugins",
    "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Europe/Berlin",
    "AIRFLOW_CONFIG": "/elsewhere/airflow.cfg",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
    "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": "[]",
}


def test_a_shell_is_freed_of_them() -> None:
    """What activation evaluates puts the project's own values there, and says what was disregarded."""
    done = subprocess.run(
        [
            "bash",
            "-c",
            f'eval "$({shlex.quote(sys.executable)} -m include.pipeline.cli environment)" && env',
        ],
        cwd=PROJECT_DIR,
        env={**OTHERS, "PYTHONPATH": "/elsewhere", "DBT_ENV_SECRET_KEY": "kept", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    shell = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert not [name for name in shell if name.startswith("DBT_") and name != "DBT_ENV_SECRET_KEY"]
    assert shell["AIRFLOW__CORE__DAGS_FOLDER"] == str(PROJECT_DIR / "dags")
    assert shell["AIRFLOW__CORE__PLUGINS_FOLDER"] == str(PROJECT_DIR / "plugins")
    assert shell["AIRFLOW__CORE__DEFAULT_TIMEZONE"] == "utc"
    assert shell["AIRFLOW_CONFIG"] == "/dev/null"
    # Without the file that Airflow keeps them in, each service would make its own.
    assert len(shell["AIRFLOW__API__SECRET_KEY"]) == len(shell["AIRFLOW__API_AUTH__JWT_SECRET"]) == 64
    assert shell["AIRFLOW__COSMOS__CACHE_DIR"] == "$AIRFLOW_HOME/cosmos"
    assert not {"PYTHONPATH", "AIRFLOW__CORE__UNIT_TEST_MODE"} & shell.keys()
    (said,) = done.stderr.splitlines()
    assert all(name in said for name in (*OTHERS, "PYTHONPATH"))


def test_dbt_takes_the_projects_folders(tmp_path: Path) -> None:
    """The profile, the models, the artifacts and the meaning of a warning are the project's own."""
    (tmp_path / "profiles.yml").write_text("other: {target: build, outputs: {}}\n", encoding="utf-8")
    names = ("DBT_PROFILES_DIR", "DBT_TARGET_PATH", "DBT_PROJECT_DIR")
    others = {**dict.fromkeys(names, str(tmp_path)), "DBT_WARN_ERROR": "true"}
    done = Deployment(tmp_path, environment=others).command(
        "dbt", "ls", "--quiet", "--select", "fct_sessions", "--resource-type", "model"
    )
    assert done.returncode == 0, done.stdout
    first, *_, last = done.stdout.splitlines()
    assert all(name in first for name in others)
    assert last == "mentoring.marts.fct_sessions"
    assert (tmp_path / "dbt" / "partial_parse.msgpack").exists()


def test_folders_of_the_examples_are_the_projects_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those of other projects are disregarded, and nothing is said where nothing is."""
    for name in OTHERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT_DIR))
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", "examples/shop/dags")
    monkeypatch.chdir(PROJECT_DIR)
    assert caller.disregard() == {}


@pytest.mark.parametrize(
    ("given", "hosts"),
    [({}, []), ({"no_proxy": "a,b"}, ["a", "b"]), ({"NO_PROXY": "a", "no_proxy": "b"}, ["a", "b"])],
)
def test_loopback_is_reached_without_a_proxy(
    given: dict[str, str], hosts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In addition to what the caller reaches without one; `*` stays, as it must stand alone."""
    for name in caller.WITHOUT_PROXY:
        monkeypatch.setenv(name, given.get(name, ""))
    caller.bypass_proxy()
    for name in caller.WITHOUT_PROXY:
        assert caller.os.environ[name].split(",") == [*hosts, "localhost", "127.0.0.1", "::1"]
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "")
    caller.bypass_proxy()
    assert caller.os.environ["no_proxy"] == caller.os.environ["NO_PROXY"] == "*"
