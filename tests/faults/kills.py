"""Kills: a run that is ended at a moment or at a commit point, and the run after it."""

import shutil
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.faults import content, processes
from tests.faults.content import Content
from tests.faults.processes import Order, Started
from tests.faults.world import Day, Home

# Stages whose points are reached from a copy in which the stages before them are done.
CONTINUED = ("accept", "dbt", "publish", "report")
# A run that has ended before its kill is tried again, with another moment.
TRIES = 5


@dataclass(frozen=True)
class Reference:
    """A history without faults: where a trial begins, and what it must come to.

    Attributes:
        start: the deployment before the run that is broken.
        done: the deployment after it.
        day: that run.
        before: what readers find before it.
        after: what readers find after it.
        raw: raw layers that a build may have: none, that of before, that of after.
        names: of the files after it.
        points: the commit points that it passes, in order.
        has_tests: whether the run that heals tests what it builds; the short form leaves the tests out, for
            what is built is compared anyway.
        begun: deployments in which the run has come to the beginning of a stage, by the stage.
        seconds: how long it takes, with as many others as will run at once.
    """

    start: Home
    done: Home
    day: Day
    before: Content
    after: Content
    raw: list[dict[str, str] | None]
    names: set[str]
    points: list[str]
    has_tests: bool
    begun: dict[str, Home]
    seconds: float

    @property
    def before_state(self) -> list[str]:
        """The points at which nobody may publish the build: the last commit of stage dbt gives it its state.

        The build of a repeated run has that state from before, until the stage's first commit revokes it.
        """
        commits = [at for at, point in enumerate(self.points) if point.startswith("dbt: before commit")]
        is_repeated = self.before.tables == self.after.tables
        return self.points[commits[0] + 1 if is_repeated else 0 : commits[-1] + 1]


@dataclass
class Outcome:
    """What became of a trial.

    Attributes:
        fault: what was done to the run.
        stage: in which it was killed.
        published: `before` or `after`, what readers then found; `neither` is a problem.
        problems: what must not be; none where the promise held.
        seconds: how long the whole trial took.
        may_publish: whether the run may have got as far as the state of its build.
    """

    fault: str
    stage: str = ""
    published: str = ""
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    may_publish: bool = True

    def __str__(self) -> str:
        return f"{self.fault}: {'; '.join(self.problems) or 'well'}"


def reference(folder: Path, start: Home, day: Day, at_once: int, *, has_tests: bool) -> Reference:
    """Make the run without a fault, so many times at once, and keep what it comes to."""
    homes = [start.copy_to(folder / f"done-{number}") for number in range(at_once)]
    listing, copies = folder / "points", folder / "begun"
    copies.mkdir()
    orders = [Order(homes[0], day, listing=listing, copies=copies), *(Order(home, day) for home in homes[1:])]
    with ThreadPoolExecutor(at_once) as pool:
        ended = list(pool.map(processes.run, orders))
    for end in ended:
        assert end.code == 0, end.screen
    done = homes[0]
    after = processes.call(content.read, done)
    assert after.tables and after.report and not after.problems, after
    assert not content.leftovers(done), content.leftovers(done)
    raw = [processes.call(content.built, home).tables for home in (start, done)]
    return Reference(
        start=start,
        done=done,
        day=day,
        before=processes.call(content.read, start),
        after=after,
        raw=[None, *raw],
        names=content.names(done),
        points=listing.read_text(encoding="utf-8").splitlines(),
        has_tests=has_tests,
        begun={stage: Home(copies / stage, start.data) for stage in CONTINUED},
        seconds=sum(end.seconds for end in ended) / at_once,
    )


def at_point(wanted: Reference, folder: Path, point: str) -> Outcome:
    """Kill a run at a commit point; the process begins with the point's stage, as the scheduler's do."""
    stage = point.partition(":")[0]
    first = stage if stage in wanted.begun else "ingest"
    home = wanted.begun.get(stage, wanted.start).copy_to(folder)
    ended = processes.run(Order(home, wanted.day, first, at=point))
    outcome = Outcome(point, stage, may_publish=point not in wanted.before_state)
    if not ended.was_killed:
        outcome.problems.append(f"the run did not come to this point: {ended.code} {ended.screen[-500:]}")
    return finish(wanted, home, outcome)


def at_random(wanted: Reference, folder: Path, seed: int) -> Outcome:
    """Kill a run at a moment drawn uniformly from the length of a run."""
    random = Random(seed)
    for attempt in range(TRIES):
        moment = random.uniform(0, wanted.seconds)
        home = wanted.start.copy_to(folder / str(attempt))
        listing = folder / f"{attempt}.points"
        ended = Started(Order(home, wanted.day, listing=listing)).kill_after(moment)
        if ended.was_killed:
            break
    passed = listing.read_text(encoding="utf-8").splitlines() if listing.exists() else []
    last = passed[-1] if passed else "start: of the process"
    outcome = Outcome(f"kill {seed} at {moment:.2f} s, after {last}", stage=last.partition(":")[0])
    # The next point may be done as well.
    outcome.may_publish = last not in wanted.before_state[:-1]
    if not ended.was_killed:
        outcome.problems.append(f"{TRIES} runs ended before their kill")
    return finish(wanted, home, outcome)


def finish(wanted: Reference, home: Home, outcome: Outcome) -> Outcome:
    """Look at what a broken run left, run again, and compare with the history without faults."""
    seen = processes.call(content.read, home)
    outcome.problems += seen.problems
    outcome.published = judge(wanted, seen, outcome.problems)
    build = processes.call(content.built, home)
    outcome.problems += build.problems
    # No run is over, so there is nothing that anyone else may publish; nor may the run, before dbt has ended.
    for run_id in ("command_line", *([] if outcome.may_publish else [wanted.day.run_id])):
        if not processes.call(content.publish, home, run_id):
            outcome.problems.append(f"a build that no dbt has built and tested was published by {run_id}")
    if processes.call(content.read, home) != seen:
        outcome.problems.append("a publication that must be refused changed what readers find")
    if not build.problems and build.tables not in wanted.raw:
        outcome.problems.append("the build has a raw layer that is neither the old nor the new one")
    again = processes.run(Order(home, wanted.day, has_tests=wanted.has_tests))
    if again.code:
        outcome.problems.append(f"the run after it failed: {again.screen[-2000:]}")
        return outcome
    check_end(wanted, home, outcome.problems)
    if not outcome.problems:
        shutil.rmtree(home.folder, ignore_errors=True)
    return outcome


def judge(wanted: Reference, seen: Content, problems: list[str]) -> str:
    """Return which publication readers find; one that is neither is a problem."""
    published = "neither"
    for name, known in (("before", wanted.before), ("after", wanted.after)):
        if seen.tables == known.tables:
            published = name
    if published == "neither":
        problems.append(f"a mixed publication: {_difference(seen.tables, wanted.after.tables)}")
    if seen.report not in (wanted.before.report, wanted.after.report):
        problems.append("reports/latest is neither the old report nor the new one")
    return published


def check_end(wanted: Reference, home: Home, problems: list[str]) -> None:
    """Compare a deployment after the run that heals it with the history without faults."""
    end = processes.call(content.read, home)
    problems += end.problems
    if end.tables != wanted.after.tables:
        problems.append(f"another end than without the fault: {_difference(end.tables, wanted.after.tables)}")
    if end.report != wanted.after.report:
        problems.append(f"another report: {_difference(end.report, wanted.after.report)}")
    if left := content.leftovers(home):
        problems.append(f"leftovers: {left}")
    if differing := content.names(home) ^ wanted.names:
        problems.append(f"other files than without the fault: {sorted(differing)[:10]}")


def all_of(
    trials: list[Callable[[], Outcome]], workers: int, tell: Callable[[Outcome], None] = lambda outcome: None
) -> list[Outcome]:
    """Make the trials, so many at once; tell each as it ends."""

    def make(trial: Callable[[], Outcome]) -> Outcome:
        since = time.monotonic()
        try:
            outcome = trial()
        except Exception:
            # One that hangs, or that cannot be made, is reported as a problem; the others continue.
            outcome = Outcome(getattr(trial, "func", trial).__name__, problems=[traceback.format_exc()])
        outcome.seconds = time.monotonic() - since
        tell(outcome)
        return outcome

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(make, trials))


def _difference(found: dict[str, str] | None, expected: dict[str, str] | None) -> str:
    if not found or not expected:
        return "nothing is there"
    return ", ".join(sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name)))
