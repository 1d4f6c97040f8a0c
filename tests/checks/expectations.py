"""The expectations of the gate: each fails on what the gate's own tests plant in the landed tables."""

import os
from pathlib import Path

from include.mentoring.expectations import expectations
from include.pipeline.quality.verdict import Check
from tests.checks.other_sources import others, planted_rows, planted_shapes
from tests.checks.proof import Proof
from tests.pipeline.quality.test_expectations import GROUPS, judge, land_good


def unbroken(folder: Path) -> dict[str, str]:
    """Return what each expectation says of a good delivery."""
    return {name: "pass" if check.passed else check.finding for name, check in judged(folder).items()}


def judged(folder: Path, *planted: str) -> dict[str, Check]:
    """Land a good delivery below `folder`, plant violations in it, and return the outcome of every check."""
    folder.mkdir()
    os.environ["MENTOR_WAREHOUSE_DIR"] = str(folder / "warehouse")
    land_good(folder)
    return judge(*planted)


def prove(folder: Path) -> list[Proof]:
    """Plant every violation, each group of them in a landing below `folder`."""
    folder.mkdir()
    groups = [{name: planted.sql for name, planted in group.items()} for group in GROUPS]
    for source in others():
        groups += [planted_rows(source), *planted_shapes(source)]
    return [
        Proof(
            check=name,
            where=_where(name),
            planted=f"`{sql}`",
            caught=_caught(checks.get(name)),
        )
        for number, group in enumerate(groups)
        for checks in [judged(folder / str(number), *group.values())]
        for name, sql in group.items()
    ]


def _where(name: str) -> str:
    """The module of a check: the domain declares some, every source has the others."""
    source, _, check = name.partition(".")
    of_domain = expectations().get(source, [])
    is_of_domain = check in {expectation.meta["check"] for expectation in of_domain}
    return "include/mentoring/expectations.py" if is_of_domain else "include/pipeline/quality/expect.py"


def _caught(check: Check | None) -> str | None:
    return f"{check.severity}: {check.finding}" if check and not check.passed else None
