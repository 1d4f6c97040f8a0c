"""The commands that mend what is published, as they are typed: versions, rollback, withdraw, restore."""

import json
import re
import shutil
from pathlib import Path

import pytest

from include.pipeline.core.settings import declared
from tests.support.deployment import Deployment

pytestmark = pytest.mark.e2e

# They tell which delivery a row came with, and the date of the latest one, which has other files than the
# withdrawn one.
DELIVERY_TABLES = (
    "marts.fct_loads",
    "reports.rpt_files",
    "intermediate.int_observation",
    "reports.rpt_parameters",
)
ANSWER = "lens = 'sessions' and cohort = 'all' and not is_category_total"
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
    header, *listed = run(deployment, "versions").splitlines()
    assert [line.split()[0] for line in listed] == ["1", "2", "3", "4"]
    assert [line.split()[1] == "*" for line in listed] == [False, False, False, True]
    rates = deployment.rows("select tier, rebooking_rate_pct from reports.rpt_rebooking where " + ANSWER)
    for tier, rate in rates:
        assert f"{tier} {rate:.1f} %" in listed[-1]
    assert "2023-08-02" in listed[-1] and "  own  " in listed[-1] and "what changed" in header


def test_own_data_is_not_replaced_by_the_sample_unless_that_is_meant(tmp_path: Path) -> None:
    """Neither by the version before, nor by a build that a sample run has left as the current one."""
    deployment = Deployment(tmp_path)
    shutil.copytree(declared().sample_data, deployment.data)
    run(deployment, "run", "--date", "2023-08-01")
    (deployment.data / "users_db_export.csv").open("a", encoding="utf-8").write("\n")
    (deployment.data / "mentor_tiers.csv").open("a", encoding="utf-8").write("\n")
    events = json.loads((deployment.data / "booking_events.json").read_text(encoding="utf-8"))
    (deployment.data / "booking_events.json").write_text(json.dumps(events[:500]), encoding="utf-8")
    run(deployment, "run", "--date", "2023-08-01")
    before = deployment.outputs()
    refused = deployment.command("rollback")
    assert refused.returncode == 1 and "found 1 (sample), 2 (own)" in refused.stdout
    refused = deployment.command("rollback", "--version", "1")
    assert refused.returncode == 1 and "Version 1 is of the sample delivery" in refused.stdout
    assert deployment.outputs() == before
    assert "after  version 1: " in run(deployment, "rollback", "--version", "1", "--sample")
    # To own data there is no need to say so; the current build is made that of the sample.
    run(deployment, "rollback", "--version", "2")
    current = deployment.folder / "warehouse" / "build" / "current"
    current.unlink()
    current.symlink_to("sample")
    before = deployment.outputs()
    for command in (["restore"], ["withdraw", "--load", "3", "--yes"]):
        refused = deployment.command(*command)
        assert refused.returncode == 1 and "The build is of the sample delivery" in refused.stdout
    assert deployment.outputs() == before
    run(deployment, "restore", "--sample")
    assert deployment.results()["origin"] == "sample"


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
    run(deployment, "rollback", "--version", "1")
    assert marts(deployment) == first
    early = deployment.results()["observation_end"]
    run(deployment, "rollback", "--version", "2")
    assert marts(deployment) == second
    assert deployment.results()["observation_end"] > early
    missing = deployment.command("rollback", "--version", "99")
    assert missing.returncode == 1 and "There is no version 99" in missing.stdout


@pytest.mark.parametrize("source", ["raw", "deliveries"])
def test_everything_is_rebuilt(source: str, two_days: tuple[Deployment, list[dict[str, str]]]) -> None:
    """From the raw layer, or without any build from the kept deliveries: the tables are the same."""
    deployment, (_, second) = two_days
    if source == "deliveries":
        shutil.rmtree(deployment.folder / "warehouse" / "build" / "own")
        Path(deployment.folder / "warehouse" / "build" / "own").mkdir()
    results = deployment.folder / "warehouse" / "quality" / "dbt"
    known = set(results.iterdir())
    run(deployment, "restore", "--from", source)
    assert marts(deployment) == second
    assert [path.name.startswith("restore-") for path in set(results.iterdir()) - known] == [True]


def test_a_load_that_is_not_there_is_named(two_days: tuple[Deployment, list[dict[str, str]]]) -> None:
    """Found, expected, and what is published stays."""
    deployment, _ = two_days
    before = deployment.outputs()
    refused = deployment.command("withdraw", "--load", "77")
    assert refused.returncode == 1
    assert "Load 77 is not accepted: found no such load. Expected one of" in refused.stdout
    assert deployment.outputs() == before


def test_each_withdrawal_has_a_report_of_its_own(two_days: tuple[Deployment, list[dict[str, str]]]) -> None:
    """It is named by the version that it makes, and its rates are shown next to those before."""
    deployment, _ = two_days
    reports = deployment.folder / "reports"
    known = {folder.name for folder in reports.iterdir()}
    shown = run(deployment, "withdraw", "--load", "4")
    number = int(re.search(r"after  version (\d+): Gold ", shown)[1])
    assert f"before version {number - 1}: Gold " in shown
    run(deployment, "withdraw", "--load", "4", "--undo")
    made = {folder.name for folder in reports.iterdir()} - known
    assert made == {f"withdraw-{number}", f"withdraw-{number + 1}"}


def test_the_only_load_of_a_source_is_withdrawn_only_if_that_is_meant(
    two_days: tuple[Deployment, list[dict[str, str]]],
) -> None:
    """Without the sheet every mentor would be of tier Unknown: refused, and listed with all that could be."""
    deployment, _ = two_days
    before = deployment.outputs()
    listed = run(deployment, "loads").splitlines()
    (sheet,) = (line.split()[0] for line in listed if " mentor_tiers.csv " in line)
    refused = deployment.command("withdraw", "--load", sheet)
    assert refused.returncode == 1
    assert (
        f"Load {sheet} (mentor_tiers.csv of 2023-08-01) is the only one of source mentors" in refused.stdout
    )
    assert "YES=yes" in refused.stdout and deployment.outputs() == before
    shown = run(deployment, "withdraw", "--load", sheet, "--yes")
    assert "after " in shown
    assert deployment.rows("select distinct tier from marts.fct_sessions") == [("Unknown",)]
    run(deployment, "withdraw", "--load", sheet, "--undo")
