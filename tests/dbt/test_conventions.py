"""The hand the dbt project is written in: names, places, layers, descriptions, keys, contracts."""

import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from include.pipeline.core.settings import declared
from tests.dbt.manifest_nodes import Node, layer, of_type, parents, some

LAYERS = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("dim_", "fct_"), "reports": ("rpt_",)}
READS = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate"},
    "marts": {"staging", "intermediate", "marts"},
    "reports": {"intermediate", "marts"},
}
ACCESS = {"staging": "private", "intermediate": "private", "marts": "public", "reports": "public"}
KEY_TESTS = {"unique", "unique_combination"}
# Macros of dbt-spark, which this environment has not, that ours take the place of.
DBT_SPARK_MACROS = {"create_temporary_view", "get_insert_overwrite_sql", "persist_constraints"}


@pytest.fixture(scope="module")
def tables(manifest: Node, models: list[Node]) -> list[Node]:
    """Return models and seeds: all that dbt makes."""
    return models + of_type(manifest, "seed")


@pytest.fixture(scope="module")
def relations(manifest: Node, tables: list[Node]) -> list[Node]:
    """Return models, seeds and sources: all that has columns."""
    return tables + some(list(manifest["sources"].values()))


@pytest.fixture(scope="module")
def columns(built: Path) -> dict[tuple[str, str], dict[str, tuple[str, bool]]]:
    """Return type and nullability of the columns of every table in the build."""
    with duckdb.connect(built, read_only=True) as connection:
        rows = connection.execute(
            "select table_schema, table_name, column_name, lower(data_type), is_nullable = 'YES'"
            " from information_schema.columns"
        ).fetchall()
    tables: dict[tuple[str, str], dict[str, tuple[str, bool]]] = {}
    for schema, table, column, data_type, is_nullable in some(rows):
        tables.setdefault((schema, table), {})[column] = (data_type, is_nullable)
    return tables


def test_every_model_has_one_yaml_next_to_it(tables: list[Node]) -> None:
    """fct_x.sql, or the seed dim_x.csv, is described in the .yml next to it and nowhere else."""
    for model in tables:
        described_in = model["patch_path"].removeprefix("mentoring://")
        assert described_in == str(Path(model["original_file_path"]).with_suffix(".yml"))


def test_every_yaml_of_a_layer_is_a_models(manifest: Node, models: list[Node]) -> None:
    """A YAML describes the model next to it, holds its unit tests, or declares the sources."""
    names = {model["name"] for model in models}
    sources = {Path(source["original_file_path"]).stem for source in manifest["sources"].values()}
    files = [path for name in LAYERS for path in (declared().dbt_project / "models" / name).rglob("*.yml")]
    assert {path.stem.removesuffix("_unit_tests") for path in some(files)} == names | sources


def test_unit_tests_lie_next_to_their_model(manifest: Node, models: list[Node]) -> None:
    """They are in the model's YAML, or in <model>_unit_tests.yml where that would grow long."""
    paths = {model["name"]: Path(model["original_file_path"]).with_suffix("") for model in models}
    for test in some(manifest["unit_tests"].values()):
        model = paths[test["model"]]
        assert test["original_file_path"] in {f"{model}.yml", f"{model}_unit_tests.yml"}, test["name"]


def test_a_layer_is_a_folder_is_a_schema_is_a_prefix_is_an_access(
    models: list[Node], tables: list[Node]
) -> None:
    """staging/stg_, intermediate/int_, marts/dim_ and fct_, reports/rpt_; readers get the last two alone."""
    assert {layer(model) for model in models} == set(LAYERS)
    for model in tables:
        assert model["schema"] == layer(model), model["name"]
        assert model["name"].startswith(LAYERS[layer(model)]), model["name"]
    for model in models:
        assert model["access"] == ACCESS[layer(model)], model["name"]


def test_every_model_is_of_a_group(manifest: Node, tables: list[Node]) -> None:
    """It has an owner to ask."""
    owners = {group["name"]: group["owner"] for group in manifest["groups"].values()}
    for model in tables:
        owner = owners[model["group"]]
        assert owner["name"] and owner["email"], model["name"]


def test_a_model_reads_its_own_layers(manifest: Node, models: list[Node]) -> None:
    """Staging reads sources only, and reports read no staging; a mart may be a step of others."""
    for model in models:
        read = {layer(parent) for parent in some(parents(manifest, model))}
        assert read <= READS[layer(model)], f"{model['name']} reads {read}"


def test_a_description_ends_in_the_grain(relations: list[Node]) -> None:
    """The last sentence about a model or a source's table is "One row per …."."""
    for relation in relations:
        assert re.search(r"(^|[.;] )One row per [^.]+\.$", relation["description"].strip()), relation["name"]


def test_what_three_columns_say_is_written_once(manifest: Node, relations: list[Node]) -> None:
    """Their description is a block of models/columns.md, and each block there has so many readers."""
    columns = [column for relation in relations for column in relation["columns"].values()]
    described = Counter(column["description"] for column in columns)
    for column in columns:
        assert bool(column["doc_blocks"]) == (described[column["description"]] >= 3), column["description"]
    read = {block for column in columns for block in column["doc_blocks"]}
    blocks = {name for name, doc in manifest["docs"].items() if doc["package_name"] == "mentoring"}
    assert read == blocks - {"doc.mentoring.__overview__"}


def test_a_unit_test_says_its_rule(manifest: Node) -> None:
    """The description of a unit test is a sentence."""
    for test in some(manifest["unit_tests"].values()):
        assert re.fullmatch(r"[A-Z].{20,}\.", test["description"].strip(), re.DOTALL), test["name"]


def test_described_columns_are_the_built_ones(
    relations: list[Node], columns: dict[tuple[str, str], dict[str, tuple[str, bool]]]
) -> None:
    """Every column of a table is described, with its type, and none is that does not exist."""
    for relation in relations:
        described = {
            column["name"]: (column["data_type"] or "").lower() for column in relation["columns"].values()
        }
        built = columns[relation["schema"], relation.get("identifier") or relation["name"]]
        assert described == {name: data_type for name, (data_type, _) in built.items()}, relation["name"]
        for column in some(relation["columns"].values()):
            assert column["description"].strip().endswith("."), f"{relation['name']}.{column['name']}"


def test_contracts_are_enforced(models: list[Node]) -> None:
    """What all layers but staging promise is checked when they are built."""
    for model in some([model for model in models if layer(model) != "staging"]):
        assert model["config"]["contract"]["enforced"], model["name"]


def test_what_may_not_be_null_cannot_be(
    models: list[Node], columns: dict[tuple[str, str], dict[str, tuple[str, bool]]]
) -> None:
    """A `not_null` of a contract is a constraint of the built table, so it needs no data test."""
    promised = [
        (model, column["name"])
        for model in models
        for column in model["columns"].values()
        if {"not_null"} & {constraint["type"] for constraint in column["constraints"]}
    ]
    for model, column in some(promised):
        _, is_nullable = columns[model["schema"], model["name"]][column]
        assert not is_nullable, f"{model['name']}.{column}"


def test_every_model_has_a_tested_key(manifest: Node, tables: list[Node]) -> None:
    """A column is unique and not null, or a combination of columns is unique."""
    tests: dict[str, set[tuple[str, str | None]]] = {table["unique_id"]: set() for table in tables}
    for test in of_type(manifest, "test"):
        if test.get("test_metadata") and test["attached_node"] in tests:
            tests[test["attached_node"]].add((test["test_metadata"]["name"], test["column_name"]))
    for model, of_model in tests.items():
        keys = {(name, column) for name, column in of_model if name in KEY_TESTS}
        assert keys, model
        for name, column in keys:
            assert name != "unique" or ("not_null", column) in of_model, f"{model}.{column}"


def test_every_source_is_used(manifest: Node, models: list[Node], singular_tests: list[Node]) -> None:
    """Each table of raw is read by a model or a singular test."""
    used = {name for node in models + singular_tests for name in node["depends_on"]["nodes"]}
    assert set(some(manifest["sources"])) - used == set()


def test_the_tables_of_sources_are_those_declared(manifest: Node) -> None:
    """raw.yml has each source with its columns and kind, and a test that its staged rows are all there."""
    tables = {table["name"]: table for table in manifest["sources"].values()}
    kinds = {name: table["config"]["meta"].get("is_snapshot") for name, table in tables.items()}
    assert {name: kind for name, kind in kinds.items() if kind is not None} == {
        source.name: source.is_snapshot for source in declared().sources
    }
    for source in some(declared().sources):
        columns = tuple(tables[source.name]["columns"])
        until = ("_until_load_id",) if source.is_snapshot else ()
        assert columns == (*source.columns, "_load_id", *until, "_row_number", "_loaded_at"), source.name
    stored = [
        test["test_metadata"]["kwargs"]["source"]
        for test in of_type(manifest, "test")
        if test.get("test_metadata", {}).get("name") in ("loads_are_stored", "snapshots_are_stored")
    ]
    assert sorted(stored) == sorted(declared().source_names)


def test_every_macro_is_used(manifest: Node) -> None:
    """A macro of the project is called by a node or a macro, or takes the place of one of dbt's own."""
    macros = manifest["macros"].values()
    own = some([macro for macro in macros if macro["package_name"] == "mentoring"])
    of_dbt = {macro["name"] for macro in macros if macro["package_name"] != "mentoring"} | DBT_SPARK_MACROS
    callers = [*manifest["nodes"].values(), *own]
    called = {name.split(".")[-1] for caller in callers for name in caller["depends_on"]["macros"]}
    for macro in own:
        # An engine's variant is reached by the macro that dispatches to it.
        assert macro["name"].rpartition("__")[2] in called | of_dbt, macro["name"]


def test_every_macro_is_described(manifest: Node) -> None:
    """A macro that models call says what it gives back, and what each argument is; variants do alike."""
    own = [
        macro
        for macro in manifest["macros"].values()
        if macro["package_name"] == "mentoring"
        and not macro["name"].startswith("test_")
        and "__" not in macro["name"]
    ]
    for macro in some(own):
        assert macro["description"], macro["name"]
        assert all(argument["description"] for argument in macro["arguments"]), macro["name"]


def test_the_exposure_is_the_whole_report(manifest: Node, models: list[Node]) -> None:
    """It has an owner to ask, and it rests on every model of the reports layer and on nothing else."""
    reports = {model["unique_id"] for model in models if layer(model) == "reports"}
    for exposure in some(manifest["exposures"].values()):
        assert exposure["owner"]["name"] and exposure["owner"]["email"]
        assert set(exposure["depends_on"]["nodes"]) == some(reports)


def test_a_singular_test_opens_with_its_rule(singular_tests: list[Node]) -> None:
    """The first line of the file is a comment that says what must hold."""
    for test in singular_tests:
        assert re.match(r"-- [A-Z].{20,}", test["raw_code"]), test["name"]


def test_a_singular_test_lies_in_the_layer_it_judges(manifest: Node, singular_tests: list[Node]) -> None:
    """Tests mirror the models: the folder is the last layer among those that the test reads."""
    order = ["source", *LAYERS]
    for test in singular_tests:
        assert layer(test) == max((layer(parent) for parent in parents(manifest, test)), key=order.index)


def test_a_model_carries_no_configuration(models: list[Node]) -> None:
    """Configuration cascades by folder in dbt_project.yml; the last line of a model is what it selects."""
    for model in models:
        assert not re.search(r"\bconfig\(", model["raw_code"]), model["name"]
        assert re.search(r"\nselect \* from \w+$", model["raw_code"]), model["name"]
