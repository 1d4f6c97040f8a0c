"""The data tests of the dbt project: each fails on what is planted for it, and on nothing else.

Violations are planted many at a time, in one copy of the good build for each round. In a round no test
reads a table that is broken for another one, so that each fails for its own violation or not at all.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import GenericTestNode

from tests.checks import singular, violations
from tests.checks.proof import Proof
from tests.checks.rounds import rounds
from tests.checks.violations import Violation
from tests.checks.workshop import Workshop, in_project

# What a test says when it has found a row, by its severity.
FOUND = {"error": "fail", "warn": "warn"}


@dataclass(frozen=True)
class Case:
    """A violation for a test; `reads` are the tables that the test looks at."""

    test: Any
    violation: Violation
    reads: frozenset[str]

    def __post_init__(self) -> None:
        if self.violation.table not in self.reads:
            raise ValueError(f"{self.test.name} does not read {self.violation.table}: {self.violation.says}")

    def disturbs(self, other: "Case") -> bool:
        """True where the two cannot be planted together."""
        return (
            self.test is other.test
            or self.violation.table in other.reads
            or other.violation.table in self.reads
        )


def of_project(manifest: Manifest) -> list[Any]:
    """Return the nodes of all data tests."""
    return [node for node in manifest.nodes.values() if node.resource_type == "test"]


def planted_for(manifest: Manifest, test: Any) -> list[Violation]:
    """Return the violations of a test; none where nobody has thought of one."""
    if test.name in singular.BY_NAME:
        return singular.BY_NAME[test.name]
    if not isinstance(test, GenericTestNode):
        return []
    # A test of a source is attached to no node; it reads the source alone.
    parent = test.attached_node or test.depends_on.nodes[0]
    return violations.of_type(test.test_metadata.name, _table(manifest, parent), test.test_metadata.kwargs)


def unbroken(workshop: Workshop) -> dict[str, str]:
    """Return what each test says of the good build."""
    workshop.restore()
    results = workshop.dbt("test", "--select", "test_type:data")
    return {result.node.name: str(result.status) for result in results.values()}


def prove(workshop: Workshop) -> list[Proof]:
    """Plant every violation and let its test judge it."""
    cases = [
        Case(test, violation, frozenset(_table(workshop.manifest, name) for name in test.depends_on.nodes))
        for test in of_project(workshop.manifest)
        for violation in planted_for(workshop.manifest, test)
    ]
    caught = {
        (case.test.unique_id, case.violation): caught
        for together in rounds(cases, Case.disturbs)
        for case, caught in _judge(workshop, together)
    }
    return [
        Proof(
            check=_check(case.test),
            where=in_project(case.test.original_file_path),
            planted=case.violation.says,
            caught=caught[case.test.unique_id, case.violation],
        )
        for case in sorted(cases, key=lambda case: (case.test.original_file_path, _check(case.test)))
    ]


def _judge(workshop: Workshop, together: list[Case]) -> list[tuple[Case, str | None]]:
    with workshop.copy() as connection:
        for case in together:
            plant(connection, case.violation)
    results = workshop.dbt("test", "--select", *(case.test.name for case in together))
    return [(case, _caught(case.test, results[case.test.unique_id])) for case in together]


def plant(connection: duckdb.DuckDBPyConnection, violation: Violation) -> None:
    """Break the table; raises ValueError where nothing of it changes."""
    # Without its constraints: they refuse some of what the test is there for, and have their own proofs.
    connection.execute(f"create or replace table {violation.table} as select * from {violation.table}")
    changed = connection.execute(violation.sql).fetchone()
    if not changed or not changed[0]:
        raise ValueError(f"the good build has no row for this to change: {violation.sql}")


def _caught(test: Any, result: Any) -> str | None:
    if str(result.status) != FOUND[test.config.severity.lower()]:
        return None
    return f"{result.status}, {result.failures} row{'s' if result.failures > 1 else ''}"


def _check(test: Any) -> str:
    if not isinstance(test, GenericTestNode) or test.test_metadata.name not in violations.TYPES:
        return test.name
    arguments = test.test_metadata.kwargs
    names = (arguments.get(name) for name in ("column_name", "key", "source"))
    on = next(filter(None, names), None) or ", ".join(arguments["columns"])
    return f"{test.test_metadata.name}({on})"


def _table(manifest: Manifest, unique_id: str) -> str:
    node: Any = manifest.nodes.get(unique_id) or manifest.sources[unique_id]
    return f"{node.schema}.{node.identifier}"
