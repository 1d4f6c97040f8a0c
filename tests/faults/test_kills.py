"""Runs that are killed: readers find the old publication or the new one, and the next run ends well."""

import re
from functools import partial

import pytest

from tests.faults import kills, readers
from tests.faults.kills import Outcome
from tests.faults.lab import Lab

# As many as a test run has time for; `make chaos ARGS="--only kills"` makes 200.
RANDOM_KILLS = 10
# Where rows, publications and reports change hands; the long form goes through all points.
TELLING = re.compile(
    r"(receive: os\.rename warehouse/build/current"
    r"|land events: os\.rename"
    r"|gate: os\.rename warehouse/quality/latest\.html"
    r"|accept: (.*commit|os\.rename .*ledger)"
    r"|dbt: (int_events|fct_sessions|rpt_rebooking) finished"
    r"|publish: (os\..*(versions|link|warehouse/mentoring\.duckdb)|open .*/mentoring\.duckdb)"
    r"|report: os\.(mkdir|symlink|remove|rename reports/(\.runs/day-2\.<random>$|day-2|latest)))"
)
# A report that is there already is replaced.
REPEATED = re.compile(r"report: os\.(symlink|rmdir|rename reports/(\.runs/day-2\.<random>$|day-2|latest))")


def assert_well(outcomes: list[Outcome]) -> None:
    """Raise AssertionError with every trial in which the promise was broken."""
    broken = [str(outcome) for outcome in outcomes if outcome.problems]
    assert not broken, "\n".join(broken)


def test_a_run_that_is_killed_at_any_moment(lab: Lab) -> None:
    """Whenever it dies: what is published is whole, no row is lost, and the next run ends as without it."""
    outcomes = kills.all_of(lab.random_kills(RANDOM_KILLS), lab.workers)
    assert_well(outcomes)
    assert len(outcomes) == RANDOM_KILLS


@pytest.mark.smoke
def test_a_run_that_is_killed_at_a_commit_point(lab: Lab) -> None:
    """Just before each step that makes something durable: nothing of it is half-done for a reader."""
    points = [point for point in lab.second.points if TELLING.match(point)]
    stages = {point.partition(":")[0] for point in points}
    assert stages >= {"receive", "land events", "gate", "accept", "dbt", "publish", "report"}
    assert {"accept: before commit", "accept: after commit"} <= set(points)
    assert any(point.endswith("warehouse/mentoring.duckdb") for point in points)
    assert any(point.endswith("reports/latest") for point in points)
    assert_well(kills.all_of(lab.point_kills(lab.second, points), lab.workers))


def test_a_repeated_run_that_is_killed(lab: Lab) -> None:
    """A run whose report is there already replaces it: a reader of `latest` finds the old one until then."""
    points = [point for point in lab.again.points if REPEATED.match(point)]
    assert points
    assert_well(kills.all_of(lab.point_kills(lab.again, points), lab.workers))


@pytest.mark.smoke
def test_readers_during_a_run(lab: Lab) -> None:
    """Who reads while a run works finds the old publication or the new one; who stays keeps the old one."""
    outcome, readings = readers.alongside(lab.second, lab.folder())
    assert_well([outcome])
    assert readings.reads > 2
    assert readings.seen == [lab.second.before.tables, lab.second.after.tables]


def test_a_run_while_somebody_has_the_build_open(lab: Lab) -> None:
    """Somebody who looks into the build is waited for, or named with what to do when it lasts."""
    trials = [partial(readers.build_held, lab.second, lab.folder(), seconds) for seconds in (3, 45)]
    assert_well(kills.all_of(trials, lab.workers))
