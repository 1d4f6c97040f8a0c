"""The harness itself: it sees what must not happen, and breaks a run where it says."""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults import content, kills, processes, spoil
from tests.faults.lab import Lab
from tests.faults.processes import Child, Order
from tests.faults.world import Home


def found(lab: Lab, home: Home) -> str:
    """Return what a trial would say of what is published."""
    seen = processes.call(content.read, home)
    problems = list(seen.problems)
    kills.judge(lab.second, seen, problems)
    return "; ".join(problems)


@pytest.mark.smoke
def test_what_is_well_is_no_problem(lab: Lab) -> None:
    """The publications before and after the run are the ones that a reader may find."""
    assert found(lab, lab.second.start) == ""
    assert found(lab, lab.second.done) == ""


@pytest.mark.parametrize("problem", spoil.SPOILT)
def test_rows_that_are_lost_doubled_or_mixed(lab: Lab, problem: str) -> None:
    """A publication that lost, doubled or mixed rows is a problem, by its name."""
    home = lab.second.done.copy_to(lab.folder())
    processes.call(spoil.database, home, spoil.SPOILT[problem])
    assert problem in found(lab, home)


@pytest.mark.parametrize(("problem", "does_it"), spoil.OTHERWISE.items(), ids=spoil.OTHERWISE)
def test_files_that_are_not_whole(lab: Lab, problem: str, does_it: Callable[[Home], None]) -> None:
    """A database that cannot be read, or a report that is not whole, is a problem, by its name."""
    home = lab.second.done.copy_to(lab.folder())
    does_it(home)
    assert problem in found(lab, home)


def test_leftovers_and_another_end(lab: Lab) -> None:
    """A temporary file that stays, and an end that is not the fault-free one, are problems."""
    home = lab.second.start.copy_to(lab.folder())
    (home.warehouse / ".mentoring.duckdb.next").touch()
    problems: list[str] = []
    kills.check_end(lab.second, home, problems)
    told = "; ".join(problems)
    for words in ("leftovers: ['warehouse/.mentoring.duckdb.next']", "another end", "other files"):
        assert words in told


@pytest.mark.smoke
def test_a_run_is_killed_where_it_is_said(lab: Lab) -> None:
    """The last point that a run passes is the one at which it is killed; nothing after it happens."""
    home = lab.second.begun["publish"].copy_to(lab.folder())
    point = "publish: os.link warehouse/.mentoring.duckdb.next"
    listing = home.folder / "points"
    ended = processes.run(Order(home, lab.second.day, "publish", at=point, listing=listing))
    assert ended.was_killed
    assert listing.read_text(encoding="utf-8").splitlines()[-1] == point
    assert (home.warehouse / "versions" / "2").is_dir()
    assert not (home.warehouse / ".mentoring.duckdb.next").exists()


def test_a_point_that_is_not_reached(lab: Lab) -> None:
    """A trial whose run is not killed says so."""
    outcome = kills.at_point(lab.second, lab.folder(), "report: no point")
    assert "did not come to this point" in str(outcome)


@pytest.mark.usefixtures("lab")
def test_processes_that_end_while_others_begin() -> None:
    """Each has its own exit code, however many threads start processes and wait for them."""
    with ThreadPoolExecutor(8) as pool:
        codes = Counter(pool.map(lambda _: Child(os._exit, 7).code(), range(500)))
    assert codes == {7: 500}
