"""Great Expectations' own expectations run on DuckDB too, not only queries."""

from collections.abc import Callable
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe

from include.mentoring import warehouse
from include.mentoring.gate import checkpoint


def test_stock_expectations_find_their_rows(use_warehouse: Callable[[Path], None], tmp_path: Path) -> None:
    """Regular expressions and samples work; a broken check breaks no other; the file is free."""
    use_warehouse(tmp_path)
    path = tmp_path / "some where" / "100% #1 $HOME.duckdb"
    with warehouse.connect(path) as connection:
        connection.execute("create schema delivered")
        connection.execute("create table delivered.codes as select unnest(['a1', 'b2', 'b2', 'c']) as code")
    context = checkpoint.new_context(tmp_path / "data_docs")
    source = checkpoint.connect(context, path)
    batch = source.add_table_asset("codes").add_batch_definition_whole_table("all").get_batch()
    suite = gx.ExpectationSuite(
        name="codes",
        expectations=[
            gxe.UnexpectedRowsExpectation(unexpected_rows_query="select code::int from {batch}"),
            gxe.ExpectColumnValuesToMatchRegex(column="code", regex=r"^[a-z]\d$"),
            gxe.ExpectColumnValuesToBeUnique(column="code"),
            gxe.ExpectColumnValuesToNotBeNull(column="code"),
        ],
    )
    try:
        results = batch.validate(suite).results
    finally:
        checkpoint.release(context)
    found = {
        result.expectation_config.type: result.result.get("partial_unexpected_list")
        for result in results
        if not result.success
    }
    assert found == {
        "unexpected_rows_expectation": None,
        "expect_column_values_to_match_regex": ["c"],
        "expect_column_values_to_be_unique": ["b2", "b2"],
    }
    with warehouse.connect(path) as connection:
        connection.execute("drop table delivered.codes")
