"""`python -m tests.checks.find_mutants`: find a mutant for each unit test that has none, into mutants.yml.

Of those that a unit test notices it takes one that is not crude and that few others notice: that is near the
rule which the test is there for.
"""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from tests.checks import mutants, unit_tests
from tests.checks.mutants import Mutant
from tests.checks.rounds import rounds
from tests.checks.unit_tests import Case
from tests.checks.workshop import Workshop, opened

HEADING = """\
# yamllint disable rule:line-length
# By file and unit test: a line of the file, and the one in its place that the unit test must not let pass.
# `python -m tests.checks.find_mutants` adds what is missing; another line that says more may stand here.
"""


def main() -> None:
    """Add what is found to the recorded mutants, and say which unit tests have none."""
    with TemporaryDirectory(prefix="mentoring-mutants-") as name, opened(Path(name)) as workshop:
        tests = unit_tests.of_project(workshop.manifest)
        kept = unit_tests.planted(workshop.manifest)
        missing = tests.keys() - kept.keys()
        found = chosen(noticed(workshop, missing), missing)
    record({**kept, **found})
    print(f"{len(found)} found for {len(missing)} unit tests")
    for test in sorted(missing - found.keys()):
        print(f"none for {test}: its model and macros have no line that it judges")


def noticed(workshop: Workshop, missing: Iterable[str]) -> dict[Mutant, set[str]]:
    """Return which unit tests notice each mutant of the files that the `missing` ones judge."""
    reads = {
        name: unit_tests.read_by(workshop.manifest, test)
        for name, test in unit_tests.of_project(workshop.manifest).items()
    }
    files = {file for name in missing for file in reads[name]}
    cases = [
        Case(name, mutant, reads[name])
        for file, sql in unit_tests.sql_of(workshop.manifest).items()
        if file in files
        for mutant in mutants.possible(file, sql)
        for name in reads
        if file in reads[name]
    ]
    workshop.restore()
    found: dict[Mutant, set[str]] = {}
    for together in rounds(cases, Case.disturbs):
        said = unit_tests.judge(
            workshop, {case.mutant for case in together}, {case.test for case in together}
        )
        for case in together:
            if said.get(case.test) == "fail":
                found.setdefault(case.mutant, set()).add(case.test)
    return found


def chosen(noticed: dict[Mutant, set[str]], tests: Iterable[str]) -> dict[str, Mutant]:
    """Return for each test the mutant that it notices and the fewest others do."""
    found = {}
    for test in tests:
        if own := [mutant for mutant, by in noticed.items() if test in by]:
            found[test] = min(own, key=lambda mutant: len(noticed[mutant]) + 2 * mutant.crudeness)
    return found


def record(found: dict[str, Mutant]) -> None:
    """Write the mutants by file and unit test."""
    files: dict[str, dict[str, list[str]]] = {}
    for test, mutant in sorted(found.items(), key=lambda item: (item[1].file, item[0])):
        files.setdefault(mutant.file, {})[test] = [mutant.line, mutant.wrong]
    text = yaml.safe_dump(files, sort_keys=False, width=1000, default_flow_style=False)
    unit_tests.RECORDED.write_text(HEADING + text, encoding="utf-8")


if __name__ == "__main__":
    main()
