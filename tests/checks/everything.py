"""All proofs, in the order of the table."""

from pathlib import Path

from tests.checks import contracts, data_tests, expectations, row_rules, unit_tests
from tests.checks.proof import Proof
from tests.checks.workshop import Workshop


def prove(workshop: Workshop, folder: Path) -> dict[str, list[Proof]]:
    """Return the proofs of each kind of check; deliveries to break are made in `folder`."""
    return {
        "Rules of rows": row_rules.prove(folder / "rows"),
        "Great Expectations": expectations.prove(folder / "expectations"),
        "dbt: data tests": data_tests.prove(workshop),
        "dbt: contracts": contracts.prove(workshop),
        "dbt: changes of incremental tables": contracts.prove_schema_changes(workshop),
        "dbt: unit tests": unit_tests.prove(workshop),
    }
