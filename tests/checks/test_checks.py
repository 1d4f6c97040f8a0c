"""No check is decoration: each was seen to fail on a violation, and to pass where there is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checks import (
    contracts,
    data_tests,
    everything,
    expectations,
    row_rules,
    singular,
    table,
    unit_tests,
)
from tests.checks.proof import Proof
from tests.checks.workshop import Workshop, opened

Sections = dict[str, list[Proof]]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with opened(tmp_path_factory.mktemp("workshop")) as workshop:
        yield workshop


@pytest.fixture(scope="module")
def sections(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Sections:
    return everything.prove(workshop, tmp_path_factory.mktemp("broken"))


def test_every_violation_is_caught(sections: Sections) -> None:
    """A check that a violation gets past checks nothing."""
    missed = [
        f"{proof.check}: {proof.planted}"
        for proofs in sections.values()
        for proof in proofs
        if not proof.caught
    ]
    assert missed == []


def test_what_is_good_passes(workshop: Workshop, tmp_path: Path) -> None:
    """On the build and the delivery that the violations are planted in, every check passes."""
    said = {
        **data_tests.unbroken(workshop),
        **contracts.unbroken(workshop),
        **expectations.unbroken(tmp_path / "delivery"),
    }
    assert {check: outcome for check, outcome in said.items() if outcome not in ("pass", "success")} == {}


def test_every_data_test_has_a_violation(workshop: Workshop) -> None:
    """A data test is of a type in tests/checks/violations.py or has an entry in tests/checks/singular.py."""
    tests = data_tests.of_project(workshop.manifest)
    assert tests
    assert [test.name for test in tests if not data_tests.planted_for(workshop.manifest, test)] == []


def test_every_unit_test_has_a_mutant(workshop: Workshop) -> None:
    """Each has one in tests/checks/mutants.yml, of a line that is in the model: `find_mutants` finds it."""
    tests = unit_tests.of_project(workshop.manifest).keys()
    assert tests
    missing = tests - unit_tests.planted(workshop.manifest).keys()
    assert missing == set(), "find mutants for them: `python -m tests.checks.find_mutants`"


def test_every_violation_has_its_test(workshop: Workshop) -> None:
    """What is planted by name, and the mutants, are for tests that exist."""
    names = {test.name for test in data_tests.of_project(workshop.manifest)}
    assert set(singular.BY_NAME) - names == set()
    assert unit_tests.recorded().keys() - unit_tests.of_project(workshop.manifest).keys() == set()


def test_every_expectation_has_a_violation(sections: Sections, tmp_path: Path) -> None:
    """The gate has no expectation that was not seen to fail."""
    assert checks(sections, "Great Expectations") == expectations.unbroken(tmp_path / "delivery").keys()


def test_every_rule_of_rows_has_a_violation(sections: Sections) -> None:
    """The sources have no rule that was not seen to reject a row."""
    expected = {f"{source}: {reason}" for source, reason in row_rules.of_project()}
    assert checks(sections, "Rules of rows") == expected


def test_every_contract_has_a_violation(workshop: Workshop, sections: Sections) -> None:
    """Every model of intermediate, marts and reports has a contract that was seen to refuse something."""
    models = {
        node.name
        for node in workshop.manifest.nodes.values()
        if node.resource_type == "model" and node.schema != "staging"
    }
    assert checks(sections, "dbt: contracts") == {f"contract of {name}" for name in models}


def checks(sections: Sections, title: str) -> set[str]:
    assert sections[title]
    return {proof.check for proof in sections[title]}


def test_the_table_is_up_to_date(sections: Sections) -> None:
    """docs/checks.md lists the checks, violations and outcomes of this run."""
    written = table.PATH.read_text(encoding="utf-8") if table.PATH.exists() else ""
    assert written.splitlines() == table.text(sections).splitlines(), f"write it again: `{table.COMMAND}`"
