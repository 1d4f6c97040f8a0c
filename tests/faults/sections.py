"""The parts of the long form: each makes its trials and says in one row what came of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from tests.faults import airflow_runs, clock, damage, disk, history, kills, readers, world
from tests.faults.kills import Outcome
from tests.faults.lab import Lab

MIB = 2**20
UNREADABLE = ("unreadable", "mixed", "reports/latest")
LOST = ("rows", "load", "event id", "raw layer")


@dataclass(frozen=True)
class Asked:
    """How much of everything is asked for.

    Attributes:
        kills: at random moments.
        airflow: of them more, of `airflow dags test`.
        triggers: at once.
        days: in a row.
    """

    kills: int
    airflow: int
    triggers: int
    days: int


@dataclass
class Section:
    """What came of a part.

    Attributes:
        what: was done.
        outcomes: of its trials.
        note: what else was measured.
    """

    what: str
    outcomes: list[Outcome]
    note: str = ""
    failures: list[Outcome] = field(init=False)

    def __post_init__(self) -> None:
        self.failures = [outcome for outcome in self.outcomes if outcome.problems]

    def row(self) -> str:
        """Return its row of the table."""
        trials = len(self.outcomes)
        good = trials - len(self.failures)
        return (
            f"| {self.what} | {trials} | {self._with(UNREADABLE)} | {self._with(LOST)} |"
            f" {good} ({100 * good / max(trials, 1):.0f} %) | {self.note} |"
        )

    def _with(self, words: tuple[str, ...]) -> int:
        return sum(any(word in str(outcome) for word in words) for outcome in self.failures)


Tell = Callable[[Outcome], None]


def random_kills(lab: Lab, asked: Asked, tell: Tell) -> Section:
    """Kill at random moments of the whole run."""
    outcomes = kills.all_of(lab.random_kills(asked.kills), lab.workers, tell)
    return Section("SIGKILL at random moments", outcomes, _stages(outcomes))


def point_kills(lab: Lab, _: Asked, tell: Tell) -> Section:
    """Kill at every commit point of a run, and at those that only the first run or a repeated one has."""
    known = set(lab.second.points)
    trials = lab.point_kills(lab.second, lab.second.points)
    for wanted in (lab.first, lab.again):
        trials += lab.point_kills(wanted, [point for point in wanted.points if point not in known])
    outcomes = kills.all_of(trials, lab.workers, tell)
    return Section("SIGKILL at every commit point", outcomes, _stages(outcomes))


def airflow_kills(lab: Lab, asked: Asked, tell: Tell) -> Section:
    """Kill `airflow dags test` at random moments."""
    home = airflow_runs.metadata(lab.scratch / "airflow")
    seconds = airflow_runs.length(lab.second, lab.folder(), home)
    trials = [
        partial(airflow_runs.killed, lab.second, lab.folder(), home, seconds, seed)
        for seed in range(asked.airflow)
    ]
    outcomes = kills.all_of(trials, lab.workers, tell)
    return Section("SIGKILL of `airflow dags test`", outcomes, _published(outcomes))


def disks(lab: Lab, _: Asked, tell: Tell) -> Section:
    """Fill the disk, and take rights away."""
    wanted = lab.second
    trials = [
        *(partial(disk.read_only, wanted, lab.folder(), what) for what in ("warehouse", "reports")),
        *(partial(disk.unreadable, wanted, lab.folder(), what) for what in ("file", "folder")),
    ]
    if not disk.cannot_mount():
        trials += [partial(disk.full, wanted, lab.folder(), when) for when in disk.FILLED]
        trials.append(partial(disk.full_of_reports, wanted, lab.folder()))
    outcomes = kills.all_of(trials, lab.workers, tell)
    return Section("Disk full, read-only or unreadable", outcomes, disk.cannot_mount())


def damages(lab: Lab, _: Asked, tell: Tell) -> Section:
    """Damage the build block by block, the landing, the records."""
    wanted = lab.second
    before = {**damage.before_the_run(), **damage.blocks(wanted.start)}
    trials = [
        *(partial(damage.before, wanted, lab.folder(), name, spoil) for name, spoil in before.items()),
        *(partial(damage.during, wanted, lab.folder(), name) for name in damage.during_the_run()),
    ]
    outcomes = kills.all_of(trials, lab.workers, tell)
    return Section("Damaged build, landing or records", outcomes, _stages(outcomes))


def clocks(lab: Lab, _: Asked, tell: Tell) -> Section:
    """Move the clock by a day between a killed run and its repetition."""
    trials = [
        partial(clock.moved, lab.second, lab.folder(), stage, days, lab.variables)
        for stage in ("gate", "accept", "dbt", "publish", "report")
        for days in ((0, 1), (0, -1), (1, 0))
        if not clock.CANNOT
    ]
    return Section("Clock moved by a day", kills.all_of(trials, lab.workers, tell), clock.CANNOT)


def reading(lab: Lab, _: Asked, tell: Tell) -> Section:
    """Read all the time while a run works."""
    outcome, readings = readers.alongside(lab.second, lab.folder())
    tell(outcome)
    return Section(
        "Readers during a run", [outcome], f"{readings.reads} reads, {len(readings.failures)} failed"
    )


def days(lab: Lab, asked: Asked, tell: Tell) -> Section:
    """Run day after day, on deliveries that grow and on one that does not."""
    notes, outcomes = [], []
    for name, deliver in (("growing", world.deliver), ("the same", world.deliver_the_same_again)):
        data = lab.scratch / f"days-{name}"
        deliver(data, asked.days)
        sizes = history.live(lab.folder(), data, asked.days, has_tests=lab.second.has_tests)
        outcomes.append(Outcome(f"{asked.days} days of {name} deliveries", problems=history.problems(sizes)))
        tell(outcomes[-1])
        first, last = sizes[0], sizes[-1]
        notes.append(
            f"{name}: raw {first.raw_rows} to {last.raw_rows} rows, {first.raw_bytes / MIB:.1f} to"
            f" {last.raw_bytes / MIB:.1f} MB; peak memory {first.peak_bytes / MIB:.0f} to"
            f" {last.peak_bytes / MIB:.0f} MB; {last.versions} versions"
        )
    return Section(f"{asked.days} daily runs in a row", outcomes, "; ".join(notes))


def crowds(lab: Lab, asked: Asked, tell: Tell) -> Section:
    """Press the button many times at once."""
    home = airflow_runs.metadata(lab.scratch / "airflow-of-crowds")
    half = asked.triggers // 2
    mixed = [airflow_runs.MAKE_RUN] * (asked.triggers - half) + [airflow_runs.DAG_TEST] * half
    outcomes, notes = [], []
    for commands, minutes in (([airflow_runs.MAKE_RUN] * asked.triggers, 30.0), (mixed, 0.1)):
        outcome, ended = airflow_runs.crowd(lab.second, lab.folder(), home, commands, minutes)
        tell(outcome)
        outcomes.append(outcome)
        well = sum(command.code == 0 for command in ended)
        notes.append(f"{well} ended well, {len(ended) - well} were refused")
    return Section(f"{asked.triggers} triggers at once", outcomes, "; ".join(notes))


SECTIONS: dict[str, Callable[[Lab, Asked, Tell], Section]] = {
    "kills": random_kills,
    "points": point_kills,
    "airflow": airflow_kills,
    "disk": disks,
    "damage": damages,
    "clock": clocks,
    "readers": reading,
    "days": days,
    "crowd": crowds,
}


def _stages(outcomes: list[Outcome]) -> str:
    counts = {stage: sum(outcome.stage == stage for outcome in outcomes) for stage in _in_order(outcomes)}
    return ", ".join(f"{stage} {number}" for stage, number in counts.items())


def _in_order(outcomes: list[Outcome]) -> list[str]:
    return sorted({outcome.stage for outcome in outcomes if outcome.stage})


def _published(outcomes: list[Outcome]) -> str:
    old = sum(outcome.published == "before" for outcome in outcomes)
    return f"readers found the old publication {old} times, the new one {len(outcomes) - old} times"
