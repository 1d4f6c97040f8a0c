"""The checks of the newest run, the gate's and dbt's alike, each with how it ended in the runs before."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from include.pipeline.core.settings import declared
from include.pipeline.quality.dbt_results import FAILED, NOT_RUN, PASSED, TEST, WARNED, NodeResult
from include.pipeline.quality.verdict import Check
from include.pipeline.ui.checked_runs import CheckedRun

WORST_FIRST = (FAILED, WARNED, NOT_RUN, PASSED)
MAX_HISTORY = 30


@dataclass(frozen=True)
class CheckRow:
    """A check, or a model that could not be built.

    Attributes:
        key: the same in all runs.
        name: the rule, as a person reads it.
        kind: gate, or what it is in dbt.
        subject: the table, and its column where it is about one.
        severity: None for a model.
        owner: who answers for it.
        failed_rows: how many rows break it; None where it does not count rows.
        outcome: in the newest run.
        finding: what it found; "" where it passed.
        history: its outcomes in the last runs, the newest one last.
    """

    key: str
    name: str
    kind: str
    subject: str
    severity: str | None
    owner: str
    failed_rows: int | None
    outcome: str
    finding: str
    history: tuple[str, ...] = ()

    @property
    def history_in_words(self) -> str:
        """How often it ended how."""
        counts = Counter(self.history)
        return ", ".join(f"{counts[outcome]} {outcome}" for outcome in WORST_FIRST if counts[outcome])


def of(runs: Sequence[CheckedRun]) -> list[CheckRow]:
    """Return the rows of the newest run, the worst outcome first; of models only those that failed.

    Args:
        runs: the newest first.
    """
    history: dict[str, list[str]] = {}
    for run in reversed(runs):
        for row in _found(run):
            history.setdefault(row.key, []).append(row.outcome)
    rows = [
        replace(row, history=tuple(history[row.key][-MAX_HISTORY:]))
        for run in runs[:1]
        for row in _found(run)
        if row.kind in ("gate", "dbt test") or row.outcome == FAILED
    ]
    return sorted(rows, key=lambda row: WORST_FIRST.index(row.outcome))


def _found(run: CheckedRun) -> Iterator[CheckRow]:
    for node in run.dbt.nodes if run.dbt else ():
        yield _of_dbt(node)
    for check in run.verdict.checks if run.verdict else ():
        yield _of_gate(check)


def _of_gate(check: Check) -> CheckRow:
    return CheckRow(
        key=f"gate {check.table}.{check.name}",
        name=check.description,
        kind="gate",
        subject=f"{check.table}.{check.column}" if check.column else check.table,
        severity=check.severity,
        owner=declared().owner,
        failed_rows=check.failed_rows,
        outcome=PASSED if check.passed else FAILED if check.refuses else WARNED,
        finding=check.finding,
    )


def _of_dbt(node: NodeResult) -> CheckRow:
    return CheckRow(
        key=node.node,
        name=node.name if node.kind == TEST else f"{node.name} is built",
        kind=f"dbt {node.kind}",
        subject=node.subject,
        severity=node.severity,
        owner=node.owner or declared().owner,
        failed_rows=node.failed_rows,
        outcome=node.outcome,
        finding=node.message,
    )
