"""The contracts of the models: each refuses other columns, other types, and a null where it promises none.

What a model gives is broken by giving it other SQL over its own table, so that no model waits for another.
"""

import re
from dataclasses import dataclass
from typing import Any

import duckdb

from tests.checks.proof import Proof
from tests.checks.rounds import rounds
from tests.checks.workshop import Workshop, in_project

# The nearest other type; what has none becomes text.
NEAREST = {
    "bigint": "integer",
    "integer": "bigint",
    "date": "timestamp",
    "timestamp": "date",
    "decimal(18,2)": "decimal(18,3)",
    "decimal(5,2)": "decimal(5,1)",
    "decimal(4,1)": "decimal(5,1)",
    "varchar": "varchar[]",
}
MISMATCH = re.compile(r"^\s*\| (\w+) +\|.*\| (missing in \w+|data type mismatch) *\|$", re.MULTILINE)
OUT_OF_SYNC = re.compile(r"The source and target schemas .* are out of sync")


@dataclass(frozen=True)
class Breach:
    """SQL of a model that breaks its contract, and the mismatches of columns that dbt must tell."""

    model: Any
    says: str
    sql: str
    mismatches: dict[str, str]

    def disturbs(self, other: "Breach") -> bool:
        """True where the two cannot be planted together."""
        return self.model is other.model


def of_project(workshop: Workshop) -> list[Any]:
    """Return the models whose contract is enforced."""
    nodes: Any = workshop.manifest.nodes.values()
    return [node for node in nodes if node.resource_type == "model" and node.config.contract.enforced]


def unbroken(workshop: Workshop) -> dict[str, str]:
    """Return how the build of each model ends that gives what it promises."""
    workshop.restore()
    results = _build(workshop, {model.unique_id: _as_promised(model) for model in of_project(workshop)})
    return {result.node.name: str(result.status) for result in results.values()}


def prove(workshop: Workshop) -> list[Proof]:
    """Break each contract in every way, and let dbt build the model."""
    workshop.restore()
    breaches = [breach for model in of_project(workshop) for breach in _breaches(model)]
    proofs = [
        _proof(breach.model, breach.says, _told(breach, results[breach.model.unique_id]))
        for together in rounds(breaches, Breach.disturbs)
        for results in [_build(workshop, {breach.model.unique_id: breach.sql for breach in together})]
        for breach in together
    ]
    return sorted(proofs + _prove_nulls(workshop), key=lambda proof: proof.where)


def prove_schema_changes(workshop: Workshop) -> list[Proof]:
    """Let dbt add rows to incremental tables that have a column more than their model."""
    models = sorted(
        (model for model in of_project(workshop) if model.config.on_schema_change == "fail"),
        key=lambda model: str(model.name),
    )
    with workshop.copy() as connection:
        for model in models:
            connection.execute(f"alter table {model.schema}.{model.name} add column unpromised integer")
    results = _build(workshop, {model.unique_id: _as_promised(model) for model in models})
    messages = [OUT_OF_SYNC.search(str(results[model.unique_id].message)) for model in models]
    return [
        Proof(
            check=f"on_schema_change of {model.name}",
            where=in_project("dbt_project.yml"),
            planted="the built table has a column that the model lacks",
            caught=message and message.group(),
        )
        for model, message in zip(models, messages, strict=True)
    ]


def _as_promised(model: Any) -> str:
    return f"select {', '.join(model.columns)} from {{{{ this }}}}"


def _breaches(model: Any) -> list[Breach]:
    first, *others = model.columns
    more = Breach(
        model,
        "the model gives a column more",
        "select *, 1 as unpromised from {{ this }}",
        {"unpromised": "missing in contract"},
    )
    casts = [
        f"cast(null as {NEAREST.get(column.data_type, 'varchar')}) as {column.name}"
        for column in model.columns.values()
    ]
    types = Breach(
        model,
        "the model gives every column as another type",
        f"select {', '.join(casts)} from {{{{ this }}}}",
        dict.fromkeys(model.columns, "data type mismatch"),
    )
    if not others:
        # No query gives no column at all.
        return [more, types]
    less = Breach(
        model,
        f"the model does not give {first}",
        f"select {', '.join(others)} from {{{{ this }}}}",
        {first: "missing in definition"},
    )
    return [less, more, types]


def _build(workshop: Workshop, sql: dict[str, str]) -> dict[str, Any]:
    """Build models with other SQL than theirs, each by itself."""
    manifest = workshop.manifest.deepcopy()
    nodes: dict[str, Any] = {name: manifest.nodes[name] for name in sql}
    for name, node in nodes.items():
        node.raw_code = sql[name]
        node.depends_on.nodes = []
    return workshop.dbt("run", "--select", *(node.name for node in nodes.values()), manifest=manifest)


def _told(breach: Breach, result: Any) -> str | None:
    found = dict(MISMATCH.findall(str(result.message)))
    if found != breach.mismatches:
        return None
    (reason,) = set(found.values())
    return f"{reason}: {', '.join(found) if len(found) == 1 else f'{len(found)} columns'}"


def _prove_nulls(workshop: Workshop) -> list[Proof]:
    proofs = []
    with workshop.copy() as connection:
        for model in of_project(workshop):
            promised = [
                column.name
                for column in model.columns.values()
                if any(constraint.type == "not_null" for constraint in column.constraints)
            ]
            if promised:
                refused = [name for name in promised if _refuses_null(connection, model, name)]
                told = f"refused in all {len(promised)}" if refused == promised else None
                proofs.append(_proof(model, f"a null in each of {', '.join(promised)}", told))
    return proofs


def _refuses_null(connection: duckdb.DuckDBPyConnection, model: Any, column: str) -> bool:
    table = f"{model.schema}.{model.name}"
    try:
        connection.execute(f"insert into {table} select * replace (null as {column}) from {table} limit 1")
    except duckdb.ConstraintException as error:
        return f"NOT NULL constraint failed: {model.name}.{column}" in str(error)
    return False


def _proof(model: Any, planted: str, caught: str | None) -> Proof:
    where = in_project(model.patch_path.partition("://")[2])
    return Proof(f"contract of {model.name}", where, planted, caught)
