"""The unit tests of the dbt project: each fails on a mutant of its model, or of a macro the model calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from dbt.contracts.graph.manifest import Manifest

from tests.checks.mutants import Mutant
from tests.checks.proof import Proof
from tests.checks.rounds import rounds
from tests.checks.workshop import Workshop, in_project

# By file and unit test the line that is right and the one that is wrong; `find_mutants` writes it.
RECORDED = Path(__file__).with_name("mutants.yml")


@dataclass(frozen=True)
class Case:
    """A mutant for a unit test; `reads` are the files that the test judges."""

    test: str
    mutant: Mutant
    reads: frozenset[str]

    def disturbs(self, other: "Case") -> bool:
        """True where the two cannot be planted together."""
        return self.mutant != other.mutant and (
            self.mutant.file in other.reads or other.mutant.file in self.reads
        )


def of_project(manifest: Manifest) -> dict[str, Any]:
    """Return the unit tests by model and name."""
    return {f"{test.model}.{test.name}": test for test in manifest.unit_tests.values()}


def recorded() -> dict[str, Mutant]:
    """Return the mutant for each unit test."""
    files = yaml.safe_load(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    return {test: Mutant(file, *lines) for file, tests in files.items() for test, lines in tests.items()}


def planted(manifest: Manifest) -> dict[str, Mutant]:
    """Return the mutant for each unit test that has one of a line that is in the project."""
    sql = sql_of(manifest)
    tests = of_project(manifest)
    return {
        test: mutant
        for test, mutant in recorded().items()
        if test in tests and mutant.fits(sql.get(mutant.file, ""))
    }


def sql_of(manifest: Manifest) -> dict[str, str]:
    """Return the SQL of every model and macro of the project by its file, which may hold several macros."""
    sql = {node.original_file_path: node.raw_code for node in _models(manifest)}
    for macro in _macros(manifest).values():
        before = sql.get(macro.original_file_path, "")
        sql[macro.original_file_path] = f"{before}\n{macro.macro_sql}"
    return sql


def read_by(manifest: Manifest, test: Any) -> frozenset[str]:
    """Return the files of the model that a unit test judges, and of the macros that the model calls."""
    (model,) = [node for node in _models(manifest) if node.name == test.model]
    return frozenset({model.original_file_path, *_called(manifest, model)})


def judge(workshop: Workshop, mutants: Iterable[Mutant], tests: Iterable[str]) -> dict[str, str]:
    """Put mutants in the place of their files and return what the unit tests say."""
    manifest = workshop.manifest.deepcopy()
    for mutant in mutants:
        for node in _models(manifest):
            if node.original_file_path == mutant.file:
                node.raw_code = mutant.of(node.raw_code)
        for macro in _macros(manifest).values():
            if macro.original_file_path == mutant.file:
                macro.macro_sql = mutant.of(macro.macro_sql)
    names = {test.partition(".")[2] for test in tests}
    results = workshop.dbt("test", "--select", *sorted(names), manifest=manifest)
    return {
        name: str(results[test.unique_id].status)
        for name, test in of_project(manifest).items()
        if test.unique_id in results
    }


def prove(workshop: Workshop) -> list[Proof]:
    """Put every mutant in the place of its file and let its unit test judge it."""
    workshop.restore()
    tests = of_project(workshop.manifest)
    cases = [
        Case(name, mutant, read_by(workshop.manifest, tests[name]))
        for name, mutant in planted(workshop.manifest).items()
    ]
    said: dict[str, str] = {}
    for together in rounds(cases, Case.disturbs):
        found = judge(workshop, {case.mutant for case in together}, [case.test for case in together])
        said |= {case.test: found[case.test] for case in together}
    return [
        Proof(
            check=case.test,
            where=in_project(tests[case.test].original_file_path),
            planted=_words(case),
            caught="fail" if said[case.test] == "fail" else None,
        )
        for case in sorted(cases, key=lambda case: case.test)
    ]


def _words(case: Case) -> str:
    words = f"`{case.mutant.line}` becomes `{case.mutant.wrong}`"
    file = Path(case.mutant.file)
    return words if file.stem == case.test.partition(".")[0] else f"{words} in `{file.name}`"


def _models(manifest: Manifest) -> list[Any]:
    return [node for node in manifest.nodes.values() if node.resource_type == "model"]


def _macros(manifest: Manifest) -> dict[str, Any]:
    own = (macro for macro in manifest.macros.values() if macro.package_name == "mentoring")
    return {macro.unique_id: macro for macro in own}


def _called(manifest: Manifest, caller: Any) -> set[str]:
    own = _macros(manifest)
    called = [own[name] for name in caller.depends_on.macros if name in own]
    return {path for macro in called for path in (macro.original_file_path, *_called(manifest, macro))}
