"""The expectations of the gate: each fails on a delivery that the simulator makes."""

from pathlib import Path

from include.mentoring.expectations import expectations
from include.pipeline.quality.verdict import Check
from include.simulator.defects.delivery_files import FILES
from tests.checks.proof import Proof
from tests.pipeline.quality.planted import PLANTED, WARNED_IN_SAMPLE, Planted, judge


def unbroken(folder: Path) -> dict[str, str]:
    """Return what each expectation says of the sample, less the known warnings.

    Further sources have the same classes of expectations, which need no proof of their own.
    """
    return {
        name: "pass" if check.passed or name in WARNED_IN_SAMPLE else check.finding
        for name, check in judge(folder, Planted(())).items()
        if check.table in FILES
    }


def prove(folder: Path) -> list[Proof]:
    """Make every planted delivery below `folder`; return what the gate says of it."""
    proofs = [
        Proof(name, _where(name), planted.words, _caught(checks.get(name)))
        for number, planted in enumerate(PLANTED.values())
        for checks in [judge(folder / str(number), planted)]
        for name in planted.findings
    ]
    return sorted(proofs, key=lambda proof: proof.check)


def _where(name: str) -> str:
    """The package of a check: the domain declares some, every source has the others."""
    source, _, check = name.partition(".")
    of_domain = {expectation.meta["check"] for expectation in expectations().get(source, [])}
    return "include/mentoring/expectations" if check in of_domain else "include/pipeline/quality/expect"


def _caught(check: Check | None) -> str | None:
    return f"{check.severity}: {check.finding}" if check and not check.passed else None
