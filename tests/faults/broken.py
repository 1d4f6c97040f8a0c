"""Faults that a run meets and tells of, or heals: what it says, what stays published, how it ends later."""

import re
import shutil
from collections.abc import Callable

from tests.faults import content, processes
from tests.faults.kills import Outcome, Reference, check_end, finish, judge
from tests.faults.processes import Ended, Order
from tests.faults.world import Home

# Runs until a damage is healed: one may tell of it, the next one heals it.
RUNS_TO_HEAL = 2


def refused(
    wanted: Reference,
    order: Order,
    told: str,
    mend: Callable[[], object],
    fault: str,
    *,
    is_published: bool = False,
) -> Outcome:
    """Make a run that cannot go on; then take the fault away and run again.

    Args:
        wanted: the history without faults.
        order: the run and what breaks it.
        told: regular expression that its last words must match.
        mend: takes the fault away.
        fault: its name.
        is_published: whether the run has published before it meets the fault.
    """
    outcome = Outcome(fault)
    before = outputs(order.home)
    # Of what readers open, only the published file may have changed, and only then.
    kept = slice(1 if is_published else 0, None)
    try:
        ended = processes.run(order)
        outcome.problems += message_problems(ended, told)
        if outputs(order.home)[kept] != before[kept]:
            outcome.problems.append("what is published has changed")
    finally:
        mend()
    return finish(wanted, order.home, outcome)


def healed(wanted: Reference, order: Order, fault: str) -> Outcome:
    """Make a run over a damage: it heals it, or tells of it and the next run heals it."""
    outcome = Outcome(fault)
    before = outputs(order.home)
    for number in range(RUNS_TO_HEAL):
        ended = processes.run(
            order if number == 0 else Order(order.home, order.day, has_tests=order.has_tests)
        )
        if ended.code == 0:
            outcome.stage = f"healed by run {number + 1}"
            check_end(wanted, order.home, outcome.problems)
            break
        outcome.problems += message_problems(ended, "")
        if outputs(order.home) != before:
            outcome.problems.append("what is published has changed")
    else:
        outcome.problems.append(f"not healed by {RUNS_TO_HEAL} runs: {ended.screen[-1500:]}")
    outcome.published = judge(wanted, processes.call(content.read, order.home), outcome.problems)
    if not outcome.problems:
        shutil.rmtree(order.home.folder, ignore_errors=True)
    return outcome


def message_problems(ended: Ended, told: str) -> list[str]:
    """Return what is wrong with the last words of a run that could not go on."""
    problems = []
    last = ended.screen.strip()
    if ended.code != 1:
        problems.append(f"the run ended with {ended.code}, expected 1: {last[-1500:]}")
    if "Traceback" in last:
        problems.append(f"a bare traceback: {last[-1500:]}")
    for words in ("Expected", told):
        if not re.search(words, last):
            problems.append(f"the message does not say {words!r}: {last[-1500:]}")
    return problems


def outputs(home: Home) -> list[str | None]:
    """Return the hashes of all that readers open: the published file, then the files of the latest report."""
    files = [home.published, *sorted((home.reports / "latest").glob("*"))]
    return [content.file_hash(path) if path.exists() else None for path in files]
