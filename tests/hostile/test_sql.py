"""No SQL has data or a path formatted in: what is put into a query is a name or a constant of the code.

What comes from a file, a setting or a run is bound as a parameter, or quoted by DuckDB where a statement
takes none (ATTACH). So an interpolated expression may be made of:

- constants of a module, which are written in capitals;
- the declarations of `sources.py`: columns, keys and rules;
- numbers: of `len`, of `index`, or formatted with `:d`;
- what the functions below return, and what the parameters below are given.
"""

import ast
import builtins
import re
from collections.abc import Iterator

import pytest

from include.pipeline.core.settings import PROJECT_DIR

PACKAGE = PROJECT_DIR / "include"
RUNS_SQL = {"execute", "executemany", "sql", "query", "from_query", "exec_driver_sql"}
BEGINS_LIKE_SQL = re.compile(
    r"\s*(select|insert|update|delete|create|drop|alter|attach|detach|copy|with|set|case when)\s"
)
NUMBERS = {"len", "index"}
DECLARATIONS = {"source", "rule", "parent", "USERS", "MENTORS", "EVENTS", "declared"}
# They return SQL that is checked where it is made, or a literal that DuckDB has quoted.
QUERIES = {
    "texts",
    "texts_of_array",
    "_paths",
    "is_given",
    "_is_sound",
    "_is_surrounded",
    "_missing",
    "_change",
    "_changed",
    "by_load",
    "of_load",
    "view_of",
    "_folded",
    "_decimal",
    "_moment",
    "same",
    "with_near_match",
    "_wanted",
    "_globs",
    "_moments",
    "moment",
    "hour_of_day",
    "latest_moment",
    "_iso",
    "_rows_of",
    "_rows",
    "rows",
    "_is_alike",
    "_values",
    "_typed",
    "_files",
    "literal",
    "ConstantExpression",
    "ColumnExpression",
}
# What a parameter, or a name that a loop gives, stands for.
GIVEN = {
    ("transform/failures.py", "node"): "the table of failing rows, as dbt has named it",
    ("ingest/classify.py", "column"): "a column of a source",
    ("ingest/classify.py", "records"): "written in parse.py and known_prefix.py, which are checked here",
    ("core/snapshot_rows.py", "load_id"): "a number or a column, written out by every caller",
    ("core/snapshot_rows.py", "quote"): "written out by every caller",
    ("core/snapshot_rows.py", "raw"): "written out by every caller",
    ("core/source.py", "column"): "a column of a source",
    ("core/source.py", "one"): "a table of the query, written out by every caller",
    ("core/source.py", "other"): "a table of the query, written out by every caller",
    ("core/source.py", "self"): "a source: its columns and rules",
    ("ingest/blanks.py", "column"): "a column of a source",
    ("ingest/parse.py", "column"): "a column of a source",
    ("ingest/parse_json.py", "keys"): "the columns of a source, in capitals or with blanks around them",
    ("ingest/future_dates.py", "name"): "a source",
    ("ingest/future_dates.py", "schema"): "written out in the loop",
    ("expect/recurring.py", "severity"): "one of the gate's two, written out by the caller",
    ("expect/times.py", "time_column"): "a column of a source",
    ("expectations/near_match.py", "key"): "the key of a source",
    ("expectations/near_match.py", "query"): "written in orphans.py, which is checked here",
    ("expect/history.py", "time_column"): "a column of a source",
    ("expect/volume.py", "time_column"): "a column of a source",
    ("expect/unexpected_rows.py", "query"): "written in the suites, which are checked here",
    ("expectations/orphans.py", "event_type"): "written out by every caller",
    ("simulator/any_size.py", "options"): "formats of files, by view",
    ("simulator/any_size.py", "places"): "question marks, one a column",
    ("simulator/any_size.py", "script"): "any_size.sql, with whole numbers in it",
    ("simulator/any_size.py", "table"): "written out by every caller",
    ("simulator/any_size.py", "view"): "a view of any_size.sql",
    ("simulator/consecutive_days.py", "day"): "a date",
    ("simulator/consecutive_days.py", "script"): "consecutive_days.sql, with whole numbers in it",
    ("quality/outcome.py", "population"): "written in the suites, which are checked here",
    ("storage/landed_rows.py", "query"): "written in landing.py, which is checked here",
    ("engines/duckdb_engine.py", "query"): "written in landing.py, which is checked here",
    ("engines/duckdb_engine.py", "rows"): "written in raw_tables.py, which is checked here",
    ("ingest/raw_tables.py", "raw"): "written out by every caller",
    ("ingest/raw_tables.py", "rows"): "written out by every caller",
    ("storage/raw_parts.py", "rows"): "written in raw_tables.py, which is checked here",
    ("storage/dbt_tables.py", "columns"): "names and types of a model's columns, as its YAML has them",
    ("storage/dbt_tables.py", "name"): "a model",
    ("storage/dbt_tables.py", "schema"): "the schema of a model, or written out by every caller",
    ("storage/dbt_tables.py", "table"): "the folder of a table, which Spark has named as dbt's test",
    ("spark/session.py", "StructType"): "reads the columns of such a table",
    ("spark/session.py", "of_source"): "the declarations of `sources.py`, by way of a file",
    ("spark/session.py", "schema"): "written out in the module",
    ("spark/session.py", "table"): "a table that dbt has made, with the columns that Spark has named",
    ("ingest/parse_json.py", "json"): "an expression of the query, written out by every caller",
    ("report/results.py", "query"): "written in queries.py",
    ("mentoring/explain.py", "query"): "written out in the module",
    ("cli/ask_commands.py", "sql"): "what a person asks of a database that is open to be read",
    ("cli/published_database.py", "sql"): "what a person asks of a database that is open to be read",
    ("core/warehouse.py", "alias"): "written out by every caller",
}


Made = dict[str, list[ast.expr]]


def bind(made_of: Made, target: ast.expr, value: ast.expr) -> None:
    """Note of every name in the target that it is made of the value."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made_of.setdefault(node.id, []).append(value)


def assignments(nodes: list[ast.AST]) -> Made:
    """Return what the names that are assigned in the nodes are made of."""
    made_of: Made = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                bind(made_of, target, node.value)
        elif isinstance(node, ast.AnnAssign) and node.value:
            bind(made_of, node.target, node.value)
        elif isinstance(node, ast.For):
            bind(made_of, node.target, node.iter)
    return made_of


def is_a_number(node: ast.AST) -> bool:
    """Return whether only a number can come of the expression."""
    if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        return ast.unparse(node.format_spec) == "f'd'"
    return called(node) in NUMBERS


def called(node: ast.AST) -> str:
    """Return the name of the function that is called; nothing where none is."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def origins(node: ast.AST, made_of: Made, given: set[str]) -> Iterator[str]:
    """Yield the names that an expression is made of in the end; those that are given have no other origin."""
    if (
        is_a_number(node)
        or called(node) in QUERIES
        or (isinstance(node, ast.Attribute) and node.attr.isupper())
    ):
        return
    if isinstance(node, ast.Name):
        values = made_of.get(node.id, [])
        if not values or node.id in given:
            yield node.id
        without = {name: value for name, value in made_of.items() if name != node.id}
        for value in values if node.id not in given else []:
            yield from origins(value, without, given)
        return
    if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        made_of = dict(made_of)
        for loop in node.generators:
            for name in [name.id for name in ast.walk(loop.target) if isinstance(name, ast.Name)]:
                made_of[name] = [loop.iter]
    for child in ast.iter_child_nodes(node):
        if not isinstance(getattr(child, "ctx", None), ast.Store):
            yield from origins(child, made_of, given)


def nodes_of(scope: ast.AST) -> list[ast.AST]:
    """Return the nodes of a function, or of a module, without those of the functions in it."""
    found, waiting = [], list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(node, ast.FunctionDef):
            waiting += ast.iter_child_nodes(node)
    return found


def queries(nodes: list[ast.AST]) -> Iterator[ast.expr]:
    """Yield what is run as SQL, and every text with something in it that begins like SQL."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            # An Airflow operator executes its own task.
            if node.func.attr in RUNS_SQL and ast.unparse(node.func.value) != "super()":
                yield node.args[0]
        elif isinstance(node, ast.JoinedStr) and node.values:
            first = node.values[0]
            if isinstance(first, ast.Constant) and BEGINS_LIKE_SQL.match(str(first.value)):
                yield node


def foreign_names(code: str, given: set[str]) -> dict[str, int]:
    """Return the names in the module's SQL that are none of the code's own, with a line of each."""
    tree = ast.parse(code)
    of_module = assignments(nodes_of(tree))
    found: dict[str, int] = {}
    for scope in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))):
        nodes = nodes_of(scope)
        made_of = of_module | assignments(nodes)
        for query in queries(nodes):
            for name in origins(query, made_of, given):
                if not (name.isupper() or name in DECLARATIONS or name in dir(builtins)):
                    found.setdefault(name, query.lineno)
    return found


def given_in(module: str) -> set[str]:
    """Return the names of the module that are let through."""
    return {name for path, name in GIVEN if path == module}


MODULES = {"/".join(path.parts[-2:]): path for path in sorted(PACKAGE.rglob("*.py"))}


@pytest.mark.parametrize("module", MODULES)
def test_nothing_foreign_is_formatted_into_sql(module: str) -> None:
    """Every name in a query of the module is a constant, a declaration, or named above with a reason."""
    given = given_in(module)
    found = foreign_names(MODULES[module].read_text(encoding="utf-8"), given)
    assert {name: line for name, line in found.items() if name not in given} == {}


def test_no_exception_is_left_over() -> None:
    """Every name that is let through above still stands in a query."""
    found = {
        (module, name)
        for module, path in MODULES.items()
        for name in foreign_names(path.read_text(encoding="utf-8"), given_in(module))
    }
    assert set(GIVEN) - found == set()


@pytest.mark.parametrize(
    "code",
    [
        "def f(c, path): c.execute(f\"select * from read_csv('{path}')\")",
        "def f(c, path): c.execute(\"select * from read_csv('%s')\" % path)",
        "def f(c, path): c.execute(\"select * from read_csv('{}')\".format(path))",
        'def f(c, path): c.execute("select * from \'" + str(path) + "\'")',
        "def f(c, file):\n    name = file.path.name\n    query = f\"select '{name}'\"\n    c.sql(query)",
        "def f(c, rows):\n    for row in rows:\n        c.execute(f\"insert into t values ('{row}')\")",
        "def f(c, query): c.execute(query)",
        "def f(rows): return f\"select {', '.join(row for row in rows)}\"",
        "def f(c): c.execute(f\"set memory_limit = '{settings().memory_limit}'\")",
    ],
)
def test_such_sql_is_found(code: str) -> None:
    """However data gets into a query, it is seen."""
    assert foreign_names(code, set())


@pytest.mark.parametrize(
    "code",
    [
        "def f(c, path): c.execute('select * from read_csv($path)', {'path': path})",
        'def f(c, path): c.execute(f"attach {duckdb.ConstantExpression(str(path))} as x")',
        'def f(c, source): c.execute(f"select {source.key} from t limit {MOST}")',
        'def f(c, seed): c.execute(f"select {seed:d}")',
        'def f(path): raise ValueError(f"{path} is missing: select another")',
    ],
)
def test_other_sql_is_not(code: str) -> None:
    """Parameters, literals that DuckDB quotes, declarations, constants and numbers are no data."""
    assert foreign_names(code, set()) == {}
