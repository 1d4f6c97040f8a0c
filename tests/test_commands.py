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
STAGES = (["ingest", "--date"], ["validate"], ["dbt", "run"], ["publish"], ["report"])


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
    for day, count in (("2031-05-02", 500), ("2031-05-03", len(events))):
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
    run(deployment, "restore", "--source", source)
    assert marts(deployment) == second


def test_a_load_that_is_not_there_is_named(two_days: tuple[Deployment, list[dict[str, str]]]) -> None:
    """Found, expected, and what is published stays."""
    deployment, _ = two_days
    before = deployment.outputs()
    refused = deployment.command("withdraw", "--load", "77")
    assert refused.returncode == 1
    assert "Load 77 is not accepted: found no such load. Expected one of" in refused.stdout
    assert deployment.outputs() == before
