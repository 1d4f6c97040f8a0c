"""What docs/private-interfaces.md lists is there in the installed versions, and says so where it is not."""

import inspect
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from include.mentoring.settings import DBT_PROJECT_DIR, PROJECT_DIR, SPARK_PYTHON
from tests.needs import skip_without

DOCUMENT = (PROJECT_DIR / "docs" / "private-interfaces.md").read_text(encoding="utf-8")
MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\(([^)]*)\)")


@dataclass(frozen=True)
class Entry:
    """A row of the document."""

    name: str
    place: str
    relies_on: str
    reason: str
    look_at: str
    pin: str


Check = Callable[[], None]

ENTRIES = [
    Entry(*(cell.strip().replace("`", "") for cell in row.strip("|").split("|")))
    for row in re.findall(r"^\| [a-z].*\|$", DOCUMENT, re.MULTILINE)[1:]
]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register the check of an entry; it raises where what the entry relies on is not there."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_is_there(entry: Entry) -> None:
    """The installed version has what the entry relies on."""
    try:
        CHECKS[entry.name]()
    except Exception as error:
        pytest.fail(
            f"{entry.place}: found no longer what it relies on ({type(error).__name__}: {error}). Expected"
            f" {entry.relies_on}, as in the pinned {entry.pin}; look at {entry.look_at}."
        )


def test_every_check_has_its_entry() -> None:
    """And every entry its check."""
    assert [entry.name for entry in ENTRIES] == [*CHECKS]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_names_a_place_and_a_pin(entry: Entry) -> None:
    """The place exists, and the version is pinned or capped by hand, not by the lock alone."""
    pins = "".join((PROJECT_DIR / f"requirements{of}.in").read_text("utf-8") for of in ("", "-spark"))
    assert (PROJECT_DIR / entry.place).exists()
    assert re.search(rf"^{entry.pin}(==|~=)", pins, re.MULTILINE)


@check("airflow-security")
def _airflow_security() -> None:
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.base_auth_manager import BaseAuthManager
    from airflow.api_fastapi.core_api.security import requires_access_dag

    assert callable(get_auth_manager)
    assert {"method", "param_dag_id"} <= inspect.signature(requires_access_dag).parameters.keys()
    assert callable(BaseAuthManager.get_url_login)


@check("dbt-docs-page")
def _dbt_docs_page() -> None:
    from dbt.task import docs

    from include.mentoring.pages.dbt_docs import UNFILLED

    html = Path(docs.DOCS_INDEX_FILE_PATH).read_bytes()
    assert [piece for piece, _ in UNFILLED if piece not in html] == []


@check("duckdb-file-errors")
def _duckdb_file_errors() -> None:
    from include.mentoring import faults

    for path, words in (("/dev/full", faults.FULL), ("/sys/kernel/none.csv", faults.FORBIDDEN)):
        with pytest.raises(duckdb.IOException, match=words), duckdb.connect() as connection:
            connection.execute(f"copy (select hash(i) from range(100_000) numbers(i)) to '{path}'")
    with pytest.raises(duckdb.IOException, match=faults.DAMAGED):
        duckdb.connect(__file__)


@check("duckdb-reader-errors")
def _duckdb_reader_errors() -> None:
    from include.mentoring.parse import CSV_LINE, DUCKDB_TOO_LONG

    options = "auto_detect = false, header = false, delim = '~', quote = ''"
    with duckdb.connect() as connection:
        with pytest.raises(duckdb.InvalidInputException) as wrong:
            connection.execute(
                f"from read_csv('{__file__}', {options}, columns = {{'a': 'text', 'b': 'text'}})"
            )
        with pytest.raises(duckdb.InvalidInputException, match=DUCKDB_TOO_LONG):
            connection.execute(
                f"from read_csv('{__file__}', {options}, columns = {{'a': 'text'}}, max_line_size = 2)"
            )
    assert CSV_LINE.match(str(wrong.value))


@check("gx-engine")
def _gx_engine() -> None:
    from great_expectations.datasource.fluent import SQLDatasource
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine

    engine = SqlAlchemyExecutionEngine(connection_string="sqlite://")
    try:
        assert hasattr(engine, "_connection") and hasattr(engine, "dialect_module")
        assert callable(engine.get_connection)
    finally:
        engine.engine.dispose()
    assert "_execution_engine" in SQLDatasource.__private_attributes__


@check("gx-unexpected-rows")
def _gx_unexpected_rows() -> None:
    from great_expectations.expectations.core import UnexpectedRowsExpectation
    from include.mentoring.gate.no_rows import ROWS

    assert ROWS in UnexpectedRowsExpectation.metric_dependencies
    assert {"metrics", "runtime_configuration", "execution_engine"} <= inspect.signature(
        UnexpectedRowsExpectation._validate
    ).parameters.keys()


@check("spark-executors")
def _spark_executors() -> None:
    context = (_spark_packages() / "pyspark" / "core" / "context.py").read_text(encoding="utf-8")
    assert "self._jsc" in context
    assert b"getExecutorMemoryStatus" in _spark_class("org/apache/spark/SparkContext.class")


@check("spark-class")
def _spark_class_program() -> None:
    assert (_spark_packages() / "pyspark" / "bin" / "spark-class").is_file()
    for part in ("master/Master", "worker/Worker"):
        assert _spark_class(f"org/apache/spark/deploy/{part}.class")


@check("spark-master-json")
def _spark_master_json() -> None:
    assert b"aliveworkers" in _spark_class("org/apache/spark/deploy/JsonProtocol$.class")


@check("dbt-spark-macros")
def _dbt_spark_macros() -> None:
    paths = (_spark_packages() / "dbt" / "include").glob("*/macros/**/*.sql")
    theirs = _macros(*paths)
    files = (DBT_PROJECT_DIR / "macros").glob("*.sql")
    ours = _macros(*(path for path in files if path.stem.startswith(("spark__", "get_insert_overwrite"))))
    assert len(ours) == 6
    for name, arguments in ours.items():
        assert arguments in (theirs.get(name), theirs.get(name.replace("spark__", "default__"))), name


def _macros(*paths: Path) -> dict[str, int]:
    """Return the number of arguments of each macro in the files."""
    found = [match for path in paths for match in MACRO.findall(path.read_text(encoding="utf-8"))]
    return {name: len(arguments.split(",")) for name, arguments in found}


def _spark_packages() -> Path:
    if not SPARK_PYTHON.exists():
        skip_without("spark", "`make setup ENGINE=spark` installs Spark")
    (packages,) = SPARK_PYTHON.parents[1].glob("lib/python*/site-packages")
    return packages


def _spark_class(name: str) -> bytes:
    (jar,) = (_spark_packages() / "pyspark" / "jars").glob("spark-core_*.jar")
    with zipfile.ZipFile(jar) as classes:
        return classes.read(name)
