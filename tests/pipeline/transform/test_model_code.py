"""What is a change of the code that incremental models depend on, and what is not."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from include.pipeline.core.settings import declared
from include.pipeline.transform import model_code

Manifest = dict[str, Any]
PARSED: Manifest = json.loads(declared().dbt_manifest.read_text(encoding="utf-8"))
MODEL, MACRO = (f"{kind}.{PARSED['metadata']['project_name']}." for kind in ("model", "macro"))
VARIABLES = {"rebooking_window_days": 30, "few_users": 30, "session_default_minutes": 30}
SETTINGS = {"MENTOR_SPARK_BUCKETS": "8", "MENTOR_THREADS": "2"}


def node(manifest: Manifest, name: str) -> Manifest:
    return manifest["nodes"][MODEL + name]


def changed_sql(name: str) -> Callable[[Manifest], None]:
    return lambda manifest: node(manifest, name)["checksum"].update(checksum="another")


def changed_macro(name: str) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["macros"][name].update(macro_sql="another")


def changed_config(name: str, **config: Any) -> Callable[[Manifest], None]:
    return lambda manifest: node(manifest, name)["config"].update(config)


def changed_type(manifest: Manifest) -> None:
    node(manifest, "int_events")["columns"]["event_id"]["data_type"] = "text"


def changed_description(manifest: Manifest) -> None:
    node(manifest, "int_events")["columns"]["event_id"]["description"] = "Another."


def changed_version(version: str) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["metadata"].update(dbt_version=version)


def difference(change: Callable[[Manifest], object], **today: dict[str, Any]) -> str:
    """Return what differs after a change of the manifest, or under other variables and settings."""
    manifest = deepcopy(PARSED)
    change(manifest)
    variables, settings = today.get("variables", VARIABLES), today.get("settings", SETTINGS)
    before = model_code.of_manifest(PARSED, VARIABLES, SETTINGS)
    return model_code.difference(before, model_code.of_manifest(manifest, variables, settings))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (changed_sql("stg_events"), "stg_events (SQL)"),
        (changed_macro(f"{MACRO}of_pairs_of_new_loads"), "int_events (macro of_pairs_of_new_loads)"),
        # Called by the macro that the model calls.
        (changed_macro(f"{MACRO}duckdb__utc_timestamp"), "stg_events (macro duckdb__utc_timestamp)"),
        (changed_macro("macro.dbt.is_incremental"), "stg_events (dbt or its adapter)"),
        (
            changed_macro("macro.dbt_duckdb.materialization_incremental_duckdb"),
            "int_requests (dbt or its adapter)",
        ),
        (changed_macro("macro.dbt_duckdb.duckdb__get_delete_insert_merge_sql"), "int_requests (dbt or its"),
        (changed_version("1.99.0"), "(dbt or its adapter)"),
        (changed_type, "int_events (columns)"),
        (changed_config("int_events", unique_key=["user_id"]), "int_events (config)"),
        # It had no rows to add to.
        (changed_config("fct_readings", materialized="incremental"), "fct_readings (new)"),
    ],
)
def test_a_change_of_what_builds_the_rows_is_found(change: Callable[[Manifest], None], found: str) -> None:
    """Also of what a model calls only through another macro, or leaves to dbt."""
    assert found in difference(change)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        changed_sql("rpt_rebooking"),
        changed_sql("fct_readings"),
        changed_macro(f"{MACRO}interval_pct"),
        # Of the other engine.
        changed_macro(f"{MACRO}spark__utc_timestamp"),
        changed_macro(f"{MACRO}get_insert_overwrite_sql"),
        changed_version(PARSED["metadata"]["dbt_version"] + "9"),
        changed_config("int_events", tags=["another"], meta={"owner": "another"}),
        changed_description,
    ],
)
def test_a_change_of_anything_else_is_none(change: Callable[[Manifest], None]) -> None:
    """Of what reads the models, of what describes them, or of another engine."""
    assert difference(change) == ""


def test_a_model_that_an_incremental_one_reads_counts_whatever_it_is() -> None:
    """Old rows were built from its old ones."""
    base = deepcopy(PARSED)
    node(base, "stg_events")["config"]["materialized"] = "view"
    now = deepcopy(base)
    changed_sql("stg_events")(now)
    before, after = (model_code.of_manifest(each, VARIABLES, SETTINGS) for each in (base, now))
    assert model_code.difference(before, after) == "stg_events (SQL)"


def test_variables_and_settings_count_where_a_model_names_them() -> None:
    """Sessions have their default ends; and of a setting, a model that named it would depend on it alone."""
    longer = {"variables": VARIABLES | {"session_default_minutes": 45}}
    assert difference(lambda _: None, **longer) == "fct_sessions (variable session_default_minutes)"
    other = {"variables": VARIABLES | {"few_users": 31}, "settings": SETTINGS | {"MENTOR_SPARK_BUCKETS": "9"}}
    assert difference(lambda _: None, **other) == ""
    base = deepcopy(PARSED)
    node(base, "stg_events")["raw_code"] += "{{ var('few_users') }} {{ env_var('MENTOR_SPARK_BUCKETS') }}"
    before = model_code.of_manifest(base, VARIABLES, SETTINGS)
    after = model_code.of_manifest(base, other["variables"], other["settings"])
    found = "stg_events (setting MENTOR_SPARK_BUCKETS, variable few_users)"
    assert model_code.difference(before, after) == found
    unrelated = VARIABLES | {"rebooking_window_days": 31}
    after = model_code.of_manifest(base, unrelated, SETTINGS | {"MENTOR_THREADS": "3"})
    assert model_code.difference(before, after) == ""


def test_the_number_of_buckets_counts_on_spark() -> None:
    """dbt's macros for Spark, which the project replaces, write a folder for each."""
    spark = deepcopy(PARSED)
    spark["metadata"]["adapter_type"] = "spark"
    before = model_code.of_manifest(spark, VARIABLES, SETTINGS)
    after = model_code.of_manifest(spark, VARIABLES, SETTINGS | {"MENTOR_SPARK_BUCKETS": "9"})
    assert "int_events (setting MENTOR_SPARK_BUCKETS)" in model_code.difference(before, after)
