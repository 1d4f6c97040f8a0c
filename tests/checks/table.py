"""docs/checks.md: every check, what was planted to break it, and what it said."""

from collections.abc import Iterator

from include.pipeline.core.settings import PROJECT_DIR
from tests.checks.proof import Proof

PATH = PROJECT_DIR / "docs" / "checks.md"
COMMAND = "python -m tests.checks"
HEADING = f"""# Every check, and a violation that it catches

`{COMMAND}` plants each violation in a copy of a good build or delivery, asks the check, and
writes this file. A unit test is asked about a mutant: one line of its model, or of a macro the model calls,
says something else. `tests/checks/` asserts that every check has a violation and that every violation is
caught. It also asserts that good data passes, and that this file is what a run writes.
"""


def text(sections: dict[str, list[Proof]]) -> str:
    """Return the file's text: the sections counted, then a table for each."""
    counted = ["| kind | checks | violations | caught |", "|---|---:|---:|---:|"]
    counted += [_count(title, proofs) for title, proofs in sections.items()]
    tables = [line for title, proofs in sections.items() for line in _table(title, proofs)]
    return "\n".join([HEADING, *counted, "", *tables])


def _count(title: str, proofs: list[Proof]) -> str:
    checks = {(proof.check, proof.where) for proof in proofs}
    caught = sum(proof.caught is not None for proof in proofs)
    return f"| {title} | {len(checks)} | {len(proofs)} | {caught} |"


def _table(title: str, proofs: list[Proof]) -> Iterator[str]:
    yield from (f"## {title}", "", "| check | where | planted violation | caught |", "|---|---|---|---|")
    for proof in proofs:
        cells = (proof.check, f"`{proof.where}`", proof.planted, proof.caught or "**not caught**")
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
