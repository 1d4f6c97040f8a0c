"""What docs/private-interfaces.md lists is there in the installed versions, and says so where it is not."""

import inspect
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from include.pipeline.core.settings import PROJECT_DIR, declared
from include.pipeline.engines.spark.spark_settings import SPARK_PYTHON
from tests.support.needs import skip_without

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

    from include.pipeline.ui.dbt_docs import UNFILLED

    html = Path(docs.DOCS_INDEX_FILE_PATH).read_bytes()
    assert [piece for piece, _ in UNFILLED if piece not in html] == []


@check("duckdb-file-errors")
def _duckdb_file_errors() -> None:
    from include.pipeline.core import diagnostics

    for path, words in (("/dev/full", diagnostics.FULL), ("/sys/kernel/none.csv", diagnostics.FORBIDDEN)):
        with pytest.raises(duckdb.IOException, match=words), duckdb.connect() as connection:
            connection.execute(f"copy (select hash(i) from range(100_000) numbers(i)) to '{path}'")
    with pytest.raises(duckdb.IOException, match=diagnostics.DAMAGED):
        duckdb.connect(__file__)


@check("duckdb-reader-errors")
def _duckdb_reader_errors() -> None:
    from include.pipeline.ingest.parse import CSV_LINE, DUCKDB_TOO_LONG

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


@check("airflow-task-states")
def _airflow_task_states() -> None:
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    arguments = inspect.signature(RuntimeTaskInstance.get_task_states).parameters
    assert {"dag_id", "task_ids", "run_ids"} <= arguments.keys()


@check("airflow-records")
def _airflow_records() -> None:
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance, TaskInstanceNote
    from airflow.models.xcom import XComModel

    from include.pipeline.transform.node_records import MAX_NOTE_CHARS

    assert callable(XComModel.get_many) and callable(XComModel.deserialize_value)
    assert callable(DagRun.get_task_instances) and callable(TaskInstance.set_duration)
    assert {"start_date", "end_date", "try_number"} <= {*TaskInstance.__table__.columns.keys()}
    assert all(hasattr(of, "note") for of in (DagRun, TaskInstance))
    assert TaskInstanceNote.__table__.columns["content"].type.length == MAX_NOTE_CHARS


@check("airflow-run-state")
def _airflow_run_state() -> None:
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance

    assert [*inspect.signature(RuntimeTaskInstance.get_dagrun_state).parameters] == ["dag_id", "run_id"]


@check("cosmos-test-names")
def _cosmos_test_names() -> None:
    from cosmos.airflow.graph import calculate_detached_node_name
    from cosmos.constants import DbtResourceType
    from cosmos.dbt.graph import DbtNode

    test = DbtNode(
        unique_id="test.mentoring.two_models_agree",
        resource_type=DbtResourceType.TEST,
        depends_on=["model.mentoring.one", "model.mentoring.two"],
        path_base=Path("dbt"),
        original_file_path=Path("tests/two_models_agree.sql"),
    )
    assert calculate_detached_node_name(test) == "two_models_agree_test"


@check("cosmos-subprocess")
def _cosmos_subprocess() -> None:
    from cosmos.hooks.subprocess import FullOutputSubprocessHook
    from cosmos.operators.local import DbtBuildLocalOperator

    assert callable(DbtBuildLocalOperator.calculate_openlineage_events_completes)
    arguments = inspect.signature(DbtBuildLocalOperator.run_subprocess).parameters
    assert {"command", "env", "cwd"} <= arguments.keys()
    taken = inspect.signature(FullOutputSubprocessHook.run_command).parameters
    assert {"command", "env", "cwd", "output_encoding", "process_log_line"} <= taken.keys()


@check("cosmos-runner")
def _cosmos_runner() -> None:
    from cosmos.operators.local import DbtBuildLocalOperator

    arguments = inspect.signature(DbtBuildLocalOperator.run_dbt_runner).parameters
    assert {"command", "env", "cwd"} <= arguments.keys()


@check("cosmos-order")
def _cosmos_order() -> None:
    from cosmos.operators.local import AbstractDbtLocalBase

    def in_order(function: Callable[..., object], *calls: str) -> bool:
        places = [inspect.getsource(function).find(f"self.{call}(") for call in calls]
        return places == sorted(places) and -1 not in places

    assert in_order(AbstractDbtLocalBase.build_and_run_cmd, "invoke_interceptors", "build_cmd", "run_command")
    source = inspect.getsource(AbstractDbtLocalBase.run_command)
    assert source.find("self._handle_post_execution(") < source.rfind("self.handle_exception(")
    assert in_order(AbstractDbtLocalBase.run_command, "invoke_dbt", "_handle_post_execution")
    assert "self.callback" in inspect.getsource(AbstractDbtLocalBase._handle_post_execution)


@check("dbt-events")
def _dbt_events() -> None:
    from dbt.events import core_types_pb2

    for name in ("NodeStart", "NodeFinished"):
        message = getattr(core_types_pb2, f"{name}Msg").DESCRIPTOR
        assert {"name", "level", "msg"} <= {*message.fields_by_name["info"].message_type.fields_by_name}
        data = message.fields_by_name["data"].message_type.fields_by_name
        info = data["node_info"].message_type.fields_by_name
        assert {"unique_id", "node_started_at", "node_finished_at"} <= {*info}
    result = data["run_result"].message_type.fields_by_name
    assert {"status", "message", "execution_time"} <= {*result}


@check("dbt-click-group")
def _dbt_click_group() -> None:
    import click
    from dbt.cli.main import cli

    assert isinstance(cli, click.Group)
    assert {"build", "docs", "parse"} <= cli.commands.keys()
    _, rest, _ = cli.make_parser(click.Context(cli)).parse_args(["--log-level", "debug", "build"])
    assert rest == ["build"]


@check("airflow-passwords")
def _airflow_passwords() -> None:
    from airflow.providers.fab.auth_manager.cli_commands import user_command

    for command in (user_command.users_create, user_command.user_reset_password):
        assert "_create_password(args)" in inspect.getsource(command)
    assert inspect.getsource(user_command._create_password).count("getpass.getpass(") == 2


@check("dbt-duckdb-handle")
def _dbt_duckdb_handle() -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.duckdb.environments import Environment

    assert callable(DuckDBConnectionManager.env) and callable(Environment.handle)


@check("gx-models")
def _gx_models() -> None:
    import great_expectations
    import pydantic.v1

    assert issubclass(great_expectations.Checkpoint, pydantic.v1.BaseModel)


@check("gx-summary")
def _gx_summary() -> None:
    from great_expectations_provider.operators.validate_checkpoint import GXValidateCheckpointOperator

    source = inspect.getsource(GXValidateCheckpointOperator.execute)
    assert "result.describe_dict()" in source and "if not result.success" in source


@check("gx-results")
def _gx_results() -> None:
    import great_expectations
    import great_expectations.expectations as gxe
    import pandas
    from great_expectations.expectations.core import UnexpectedRowsExpectation

    from include.pipeline.quality import outcome

    context = great_expectations.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("asset")
    definition = asset.add_batch_definition_whole_dataframe("batch")
    batch = definition.get_batch({"dataframe": pandas.DataFrame({"one": [1]})})
    broken = batch.validate(gxe.ExpectColumnValuesToNotBeNull(column="two"))
    assert "two" in next(outcome._errors(broken.exception_info))
    # Only a database has such rows.
    assert '"details": {"unexpected_rows": ' in inspect.getsource(UnexpectedRowsExpectation)


@check("gx-data-docs")
def _gx_data_docs() -> None:
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.renderer.renderer import Renderer

    for place in (ValidationResultsPageRenderer, Renderer):
        assert '"column" in ' in inspect.getsource(place)


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
    files = (declared().dbt_project / "macros").glob("*.sql")
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
