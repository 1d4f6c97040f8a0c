"""The commands that mend what is published, as they are typed: versions, rollback, withdraw, restore."""

import json
import shutil
from pathlib import Path

import pytest

from include.pipeline.core.settings import declared
from tests.support.deployment import Deployment

pytestmark = pytest.mark.e2e

# Which delivery a row came with is all that they tell.
DELIVERY_TABLES = ("marts.fct_loads", "reports.rpt_files")
STAGES = (["ingest", "--date"], ["validate"], ["dbt", "build"], ["publish"], ["report"])


def run(deployment: Deployment, *arguments: str) -> str:
    """Run a command that must end well; return what it says."""
    done = deployment.command(*arguments)
    assert done.returncode == 0, done.stdout
    return done.stdout


def marts(deployment: Deployment) -> dict[str, str]:
    tables = deployment.marts()
    assert len(tables) > 20
    return {name: rows for name, rows in tables.items() if name not in DELIVERY_TABLES}


@pytest.fixture(scope="module")
def two_days(tmp_path_factory: pytest.TempPathFactory) -> tuple[Deployment, list[dict[str, str]]]:
    """A deployment after two deliveries, stage by stage, and the tables as each one left them."""
    deployment = Deployment(tmp_path_factory.mktemp("two_days"))
    events = json.loads((declared().sample_data / "booking_events.json").read_text(encoding="utf-8"))
    published = []
    for day, count in (("2023-08-01", 500), ("2023-08-02", len(events))):
        folder = deployment.data / day
        shutil.copytree(declared().sample_data, folder)
        text = json.dumps(events[:count])
        (folder / "booking_events.json").write_text(text, encoding="utf-8")
        # Own data: no file is the shipped one, byte for byte.
        for name in ("users_db_export.csv", "mentor_tiers.csv"):
            with (folder / name).open("a", encoding="utf-8") as file:
                file.write("\n")
        for command in STAGES:
            run(deployment, *command, *([day] if command[-1] == "--date" else []))
        published.append(marts(deployment))
    return deployment, published


def test_a_load_is_withdrawn_and_taken_back(two_days: tuple[Deployment, list[dict[str, str]]]) -> None:
    """The tables are those of the day before, then those of the day again; each is a version."""
    deployment, (first, second) = two_days
    assert first != second
    run(deployment, "withdraw", "--load", "4")
    assert marts(deployment) == first
    assert deployment.rows("select status from raw.loads where load_id = 4") == [("withdrawn",)]
    run(deployment, "withdraw", "--load", "4", "--undo")
    assert marts(deployment) == second
    listed = run(deployment, "versions").splitlines()
    assert [line.split()[0] for line in listed] == ["1", "2", "3", "*"]


def test_a_date_typed_years_ahead_is_refused_confirmed_and_taken_back(tmp_path: Path) -> None:
    """It would keep every later sheet from being the current one; taken back, it does not. No load goes."""
    deployment = Deployment(tmp_path)
    shutil.copytree(declared().sample_data, deployment.data)
    sheet = deployment.data / "mentor_tiers.csv"
    mentor, tier, _ = sheet.read_text(encoding="utf-8").splitlines()[1].split(",")
    current = f"select tier from marts.dim_mentors where mentor_id = '{mentor}'"
    for day in (["2023-08-01"], ["2032-08-01", "--future"]):
        refused = deployment.command("ingest", "--date", day[0])
        assert refused.returncode == len(day) - 1
        assert ("make run DATE=2032-08-01 FUTURE=yes" in refused.stdout) == (len(day) > 1)
        run(deployment, "ingest", "--date", *day)
        run(deployment, "validate")
    changed = {"Gold": "Silver", "Silver": "Bronze", "Bronze": "Gold"}[tier]
    text = sheet.read_text(encoding="utf-8").replace(f"{mentor},{tier}", f"{mentor},{changed}")
    sheet.write_text(text, encoding="utf-8")
    shown = run(deployment, "run", "--date", "2023-08-02")
    assert "mentor_tiers.csv of 2023-08-02 is older than the state in force, load 2 of 2032-08-01" in shown
    assert deployment.rows(current) == [(tier,)]
    shown = run(deployment, "withdraw", "--date", "2032-08-01")
    assert "2032-08-01 is no data date any more for load 1 (users_db_export.csv), 2 (mentor" in shown
    assert deployment.rows(current) == [(changed,)]
    assert deployment.rows("select distinct status from raw.loads") == [("accepted",)]


def test_readers_and_report_go_back_together(two_days: tuple[Deployment, list[dict[str, str]]]) -> None:
    """The published database and the latest report are of one version, whichever it is."""
    deployment, (first, second) = two_days
    run(deployment, "rollback", "--to", "1")
    assert marts(deployment) == first
    early = deployment.results()["observation_end"]
    run(deployment, "rollback", "--to", "2")
    assert marts(deployment) == second
    assert deployment.results()["observation_end"] > early
    missing = deployment.command("rollback", "--to", "99")
    assert missing.returncode == 1 and "There is no version 99" in missing.stdout


@pytest.mark.parametrize("source", ["raw", "deliveries"])
def test_everything_is_rebuilt(source: str, two_days: tuple[Deployment, list[dict[str, str]]]) -> None:
    """From the raw layer, or without any build from the kept deliveries: the tables are the same."""
    deployment, (_, second) = two_days
    if source == "deliveries":
        shutil.rmtree(deployment.folder / "warehouse" / "build" / "own")
        Path(deployment.folder / "warehouse" / "build" / "own").mkdir()
    results = deployment.folder / "warehouse" / "quality" / "dbt" / "command_line.json"
    results.unlink()
    run(deployment, "restore", "--source", source)
    assert marts(deployment) == second
    assert results.exists()


def test_a_load_that_is_not_there_is_named(two_days: tuple[Deployment, list[dict[str, str]]]) -> None:
    """Found, expected, and what is published stays."""
    deployment, _ = two_days
    before = deployment.outputs()
    refused = deployment.command("withdraw", "--load", "77")
    assert refused.returncode == 1
    assert "Load 77 is not accepted: found no such load. Expected one of" in refused.stdout
    assert deployment.outputs() == before
