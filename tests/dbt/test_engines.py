"""The SQL of models and singular tests is that of every engine: DuckDB's and Spark's."""

import re

import pytest

from include.mentoring import statistics
from tests.dbt.manifest_nodes import Node

# Of the same name and meaning in DuckDB and in Spark, or registered with both.
FUNCTIONS = {
    *("array_agg", "array_sort", "avg", "cast", "ceil", "coalesce", "count", "exp", "floor", "greatest"),
    *("lag", "lead", "least", "ln", "max", "max_by", "median", "min", "min_by", "nullif", "rank", "round"),
    *("dense_rank", "row_number", "sqrt", "sum"),
    *(function.__name__ for function in statistics.FUNCTIONS),
}
# Types that DuckDB and Spark cast to by the same name.
TYPES = {"bigint", "boolean", "date", "decimal", "double", "integer", "string", "timestamp"}
# What only one of them parses, or each in its own way: casts, lists, structs, lambdas, names in backticks;
# joins, selections of columns and rows, and a query that begins with its table.
ONE_ENGINE_ONLY = re.compile(
    r"::|//|->|<=>|[\[{`]|\(\s*from\b|\b(?:by name|distinct on|similar to|using sample)\b"
    r"|\b(?:anti|asof|div|exclude|glob|lateral|pivot|positional|rlike|semi|summarize|tablesample|unpivot)\b"
    r"|\b(?:cluster|distribute|sort) by\b"
)
# What a bracket follows in addition to functions; `breakdowns_by_category` and `windows` name their columns.
KEYWORDS = {
    *("as", "breakdowns_by_category", "compared", "filter", "from", "in", "join", "or", "over"),
    *("values", "where", "windows"),
}


def test_sql_is_of_every_engine(models: list[Node], singular_tests: list[Node]) -> None:
    """What DuckDB and Spark write differently, functions, casts and lists, is in dispatched macros."""
    for node in models + singular_tests:
        assert of_one_engine(own_sql(node["raw_code"])) == set(), node["name"]


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select list_distinct(_) from rows", "list_distinct"),
        ("select try_cast(a as integer) from rows", "try_cast"),
        ("select a::date from rows", "::"),
        ("select cast(a as hugeint) from rows", "hugeint"),
        ("select * exclude (a) from rows", "exclude"),
        ("select * from rows asof join others on true", "asof"),
        ("select b[1] from rows", "["),
        ("with some as (\n    from rows\n)\nselect * from some", "(\n    from"),
        ("select a from rows left semi join others on true", "semi"),
        ("select `a` from rows", "`"),
        ("SELECT REGEXP_MATCHES(a, _) FROM rows", "regexp_matches"),
    ],
)
def test_sql_of_one_engine_is_found(sql: str, found: str) -> None:
    """By the name of the function, type or word that the other engine has not."""
    assert found in of_one_engine(sql)


def of_one_engine(sql: str) -> set[str]:
    """Return what a model's own SQL has that is not known to be the same in DuckDB and in Spark."""
    sql = sql.lower()
    called = set(re.findall(r"\b([a-z_0-9]+)\s*\(", sql))
    cast_to = set(re.findall(r"\bas\s+([a-z_0-9]+)(?:\([\d, ]+\))?\)", sql))
    return (called - FUNCTIONS - KEYWORDS - TYPES) | (cast_to - TYPES) | set(ONE_ENGINE_ONLY.findall(sql))


def own_sql(code: str) -> str:
    """Return a model's own SQL: without comments, and a `_` for each text and for what a macro makes."""
    uncommented = re.sub(r"\{#.*?#\}|\{%.*?%\}|--[^\n]*", "", code, flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}|'[^']*'", "_", uncommented, flags=re.DOTALL)
