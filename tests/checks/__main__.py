"""`python -m tests.checks`: plant every violation, ask every check, and write docs/checks.md."""

from pathlib import Path
from tempfile import TemporaryDirectory

from include.pipeline.core.settings import PROJECT_DIR
from tests.checks import everything, table, workshop


def main() -> None:
    """Write the table and say how many violations were caught."""
    with TemporaryDirectory(prefix="mentoring-checks-") as name, workshop.opened(Path(name)) as opened:
        sections = everything.prove(opened, Path(name))
    table.PATH.parent.mkdir(exist_ok=True)
    table.PATH.write_text(table.text(sections), encoding="utf-8")
    proofs = [proof for section in sections.values() for proof in section]
    caught = sum(proof.caught is not None for proof in proofs)
    print(
        f"{caught} of {len(proofs)} violations were caught; {table.PATH.relative_to(PROJECT_DIR)} lists them"
    )


if __name__ == "__main__":
    main()
