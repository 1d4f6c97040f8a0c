"""`.env` holds the defaults, the caller's variables stand above them, and every path is absolute."""

from pathlib import Path

import pytest

from include.pipeline.core import settings
from include.pipeline.core.errors import SettingInvalid

NAMES = (
    "MENTOR_ENGINE",
    "MENTOR_DATA_DIR",
    "MENTOR_WAREHOUSE_DIR",
    "MENTOR_REPORT_DIR",
    "MENTOR_MAX_REJECTED_PCT",
    "MENTOR_MEMORY_LIMIT",
    "MENTOR_THREADS",
    "MENTOR_KEEP_VERSIONS",
    "MENTOR_KEEP_DELIVERIES_DAYS",
    "MENTOR_LOCK_WAIT_MINUTES",
)


@pytest.fixture
def caller(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Return the environment of a caller who set nothing and stands in another folder."""
    # `load` writes into os.environ itself: set first, so that every variable is put back afterwards.
    for name in (*NAMES, *settings.PATH_VARIABLES):
        monkeypatch.setenv(name, "")
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_what_the_caller_does_not_set_comes_from_env(caller: pytest.MonkeyPatch) -> None:
    """Without a variable set, the project's own folders and limits hold, from any working folder."""
    assert settings.settings().model_dump() == {
        "engine": "duckdb",
        "data_dir": settings.declared().sample_data,
        "warehouse": settings.PROJECT_DIR / "warehouse",
        "lake": settings.PROJECT_DIR / "lake",
        "report_dir": settings.PROJECT_DIR / "reports",
        "max_rejected_pct": 5.0,
        "memory_limit": "2.5GB",
        "threads": 2,
        "keep_versions": 7,
        "keep_deliveries_days": 90.0,
        "lock_wait_minutes": 30.0,
    }


def test_the_caller_stands_above_env(caller: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A variable that is set wins; its relative path counts from the caller's folder, ~ from home."""
    caller.setenv("HOME", str(tmp_path / "home"))
    caller.setenv("MENTOR_DATA_DIR", "my deliveries")
    caller.setenv("MENTOR_REPORT_DIR", "~/reports")
    caller.setenv("MENTOR_WAREHOUSE_DIR", "/elsewhere")
    caller.setenv("MENTOR_MAX_REJECTED_PCT", "0.5")
    settings.load()
    caller.chdir("/")
    found = settings.settings()
    assert found.data_dir == tmp_path / "my deliveries"
    assert found.report_dir == tmp_path / "home" / "reports"
    assert found.warehouse_dir == Path("/elsewhere")
    assert found.max_rejected_pct == 0.5


def test_a_home_folder_that_is_not_there_is_named(caller: pytest.MonkeyPatch) -> None:
    """With the variable and what it holds."""
    caller.setenv("MENTOR_DATA_DIR", "~nobody-99/x")
    with pytest.raises(SettingInvalid, match="MENTOR_DATA_DIR is '~nobody-99/x': found no home folder"):
        settings.load()


def test_everything_of_a_run_lies_in_its_folders(caller: pytest.MonkeyPatch) -> None:
    """The published database, the build and the landing lie in the warehouse's folder."""
    caller.setenv("MENTOR_WAREHOUSE_DIR", "/w")
    found = settings.settings()
    assert str(found.published_path) == "/w/mentoring.duckdb"
    assert str(found.build_path) == "/w/build/current/mentoring.duckdb"
    assert str(found.landing_path) == "/w/build/landing.duckdb"
    assert str(found.quality_dir) == "/w/quality"
    assert str(found.versions_dir) == "/w/versions"
    assert str(found.deliveries_dir) == "/w/deliveries"


@pytest.mark.parametrize("value", ["-0.1", "100.1", "inf", "nan", "five", "5%"])
def test_a_limit_must_be_a_share(value: str, caller: pytest.MonkeyPatch) -> None:
    """The message names the variable, its value, both bounds and where to change it.

    NaN compares with nothing, and would let every file pass.
    """
    caller.setenv("MENTOR_MAX_REJECTED_PCT", value)
    with pytest.raises(SettingInvalid) as invalid:
        settings.settings()
    assert str(invalid.value) == (
        f"MENTOR_MAX_REJECTED_PCT is {value!r}. Expected a number from 0 to 100;"
        " change it in .env or unset it."
    )


@pytest.mark.parametrize("value", ["0", "1025", "1.5", "two"])
def test_a_count_must_be_whole(value: str, caller: pytest.MonkeyPatch) -> None:
    """The message says so, with both bounds."""
    caller.setenv("MENTOR_THREADS", value)
    with pytest.raises(SettingInvalid) as invalid:
        settings.settings()
    assert str(invalid.value) == (
        f"MENTOR_THREADS is {value!r}. Expected a whole number from 1 to 1024; change it in .env or unset it."
    )


@pytest.mark.parametrize("value", ["0", "100"])
def test_a_limit_may_be_all_or_nothing(value: str, caller: pytest.MonkeyPatch) -> None:
    """Both ends of the range are allowed."""
    caller.setenv("MENTOR_MAX_REJECTED_PCT", value)
    assert settings.settings().max_rejected_pct == float(value)


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_that_is_nowhere_is_named(name: str, caller: pytest.MonkeyPatch) -> None:
    """A line lost from `.env` is reported by the variable's name, not by a later error."""
    lines = {other: value for other, value in settings._defaults().items() if other != name}
    caller.setattr(settings, "_defaults", lambda: lines)
    with pytest.raises(SettingInvalid, match=f"{name} is not set"):
        settings.settings()


def test_a_shell_gets_what_other_programs_read(caller: pytest.MonkeyPatch) -> None:
    """Airflow finds the project's DAG; our own settings stay in .env, where a later edit of them counts."""
    exported = settings.of_other_programs()
    assert exported["AIRFLOW_HOME"] == str(settings.PROJECT_DIR / ".airflow")
    assert exported["AIRFLOW__CORE__DAGS_FOLDER"] == str(settings.PROJECT_DIR / "dags")
    assert not [name for name in exported if name.startswith(("MENTOR_", "DBT_"))]
    caller.setenv("AIRFLOW_HOME", "/elsewhere")
    assert settings.of_other_programs()["AIRFLOW_HOME"] == "/elsewhere"


def test_the_lake_takes_the_place_of_the_warehouse_with_spark(
    caller: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each engine has its builds and versions in a folder of its own."""
    caller.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    caller.setenv("MENTOR_LAKE", str(tmp_path / "lake"))
    assert settings.settings().warehouse_dir == tmp_path / "warehouse"
    caller.setenv("MENTOR_ENGINE", "spark")
    assert settings.settings().warehouse_dir == tmp_path / "lake"
    caller.setenv("MENTOR_ENGINE", "flink")
    with pytest.raises(SettingInvalid, match="'flink'"):
        settings.settings()
