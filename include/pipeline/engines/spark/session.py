"""The Spark session that dbt works in, over the folder of one build.

Spark keeps no catalog between builds: the folder and its `inputs.json` say what there is. Tables of the build
before are there as links to their files, so that what is added to them or dropped changes this build alone.
"""

import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import chain
from pathlib import Path
from typing import Any

import pyspark
from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession
from pyspark.sql.types import DoubleType, StructType

from include.pipeline.core import declaration, snapshot_rows
from include.pipeline.core.settings import declared
from include.pipeline.engines.spark import cluster
from include.pipeline.engines.spark.spark_settings import spark_settings

# The schemas that dbt makes, by the name in `inputs.json` of the build that it goes on with.
DBT_SCHEMAS = {"models": ("staging", "intermediate", "marts", "reports"), "audit": ("audit",)}
MADE_BY_DBT = tuple(chain.from_iterable(DBT_SCHEMAS.values()))
CATALOG = "catalog.json"


@contextmanager
def opened(folder: Path, master: str) -> Iterator[SparkSession]:
    """Open a session on the cluster; stop it at the end.

    Args:
        folder: of the build; its tables are made there.
        master: address of the cluster.

    Raises:
        ClusterUnavailable: nothing answers at the address, or it accepts no session.
    """
    # dbt reports every error; Spark would report it again, with Java's whole stack trace.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    spark = _session(folder, master)
    try:
        yield spark
    finally:
        spark.stop()


def prepare(spark: SparkSession, folder: Path) -> None:
    """Give a session what the folder's build reads: raw, the tables of the build before, functions."""
    inputs = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
    for schema in ("raw", *MADE_BY_DBT):
        spark.sql(f"create database {schema}")
    for source, of_source in inputs["parts"].items():
        _show_source(spark, source, of_source)
    for table in (folder / "raw").iterdir():
        spark.sql(f"create table raw.{table.name} using parquet location {literal(table)}")
    for source in (source for source in declared().sources if source.is_snapshot):
        spark.sql(f"create view raw.{snapshot_rows.view_of(source)} as {snapshot_rows.by_load(source, '`')}")
    for name, schemas in DBT_SCHEMAS.items():
        if inputs[name]:
            _go_on_with(spark, schemas, Path(inputs[name]), folder)
    functions = declared().functions
    for function in declaration.load(functions) if functions else ():
        spark.udf.register(function.__name__, _of_no_null(function), DoubleType())


def note_tables(spark: SparkSession, folder: Path) -> None:
    """Write down the columns of all tables, for the next build."""
    catalog = [
        {
            "name": f"{schema}.{table.name}",
            "columns": spark.table(f"{schema}.{table.name}").schema.jsonValue(),
            "folders": [
                column.name
                for column in spark.catalog.listColumns(f"{schema}.{table.name}")
                if column.isPartition
            ],
        }
        for schema in MADE_BY_DBT
        for table in spark.catalog.listTables(schema)
        if not table.isTemporary
    ]
    (folder / CATALOG).write_text(json.dumps(catalog), encoding="utf-8")


def literal(text: object) -> str:
    """Return a text or path as a literal of Spark's SQL."""
    escaped = str(text).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _session(folder: Path, master: str) -> SparkSession:
    log = folder / "event-log"
    log.mkdir()
    current = spark_settings()
    configuration = {
        "spark.driver.memory": current.spark_memory,
        "spark.executor.memory": current.spark_memory,
        "spark.sql.shuffle.partitions": current.spark_partitions,
        "spark.sql.warehouse.dir": folder,
        "spark.sql.catalogImplementation": "in-memory",
        # Folders name the partitions of a table, as text.
        "spark.sql.hive.manageFilesourcePartitions": "false",
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
        "spark.sql.sources.default": "parquet",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        # A timestamp that is cast from a text without an offset is UTC.
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
        "spark.executor.extraJavaOptions": "-Duser.timezone=UTC",
        # The statistics of the reports are Python.
        "spark.pyspark.python": sys.executable,
        "spark.executorEnv.PYTHONPATH": declaration.PROJECT_DIR,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": log.as_uri(),
        "spark.eventLog.compress": "false",
    }
    if cluster.HOST in master:
        configuration |= {"spark.driver.host": cluster.HOST, "spark.driver.bindAddress": cluster.HOST}
    builder = SparkSession.builder.master(master).appName("mentor-tier-report")
    for name, value in configuration.items():
        builder = builder.config(name, str(value))
    try:
        spark = builder.getOrCreate()
    except Py4JJavaError as error:
        raise cluster.ClusterUnavailable(
            f"No session could be opened on {master}: {error.java_exception}. Expected the master of a"
            f" standalone cluster of Spark {pyspark.__version__} there; see that it runs, or change"
            " MENTOR_SPARK_MASTER."
        ) from error
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _show_source(spark: SparkSession, source: str, of_source: dict[str, Any]) -> None:
    """Show the rows of a source's parts; those of parts that are not of this build lie next to them."""
    folders = of_source["folders"]
    own = ", ".join(f"`{column}`" for column in of_source["columns"])
    columns = [f"`{column}` string" for column in of_source["columns"]]
    typed = ", ".join([*columns, "_row_number bigint", *(f"{folder} string" for folder in folders)])
    Path(of_source["folder"]).mkdir(parents=True, exist_ok=True)
    spark.sql(
        f"create table raw.all_{source} ({typed}) using parquet partitioned by ({', '.join(folders)})"
        f" location {literal(of_source['folder'])}"
    )
    parts = ", ".join(literal(part) for part in of_source["loaded_at"]) or "null"
    # Both come from the part's name, so that files of other loads are not read.
    spark.sql(
        f"""
        create view raw.{source} as
        select
            {own},
            cast(substring_index(part, '-', 1) as int) as _load_id,
            _row_number,
            cast(try_element_at({_moments(of_source["loaded_at"])}, part) as timestamp_ntz) as _loaded_at
        from raw.all_{source}
        where part in ({parts})
        """
    )


def _moments(loaded_at: dict[str, str]) -> str:
    """When each part was accepted, as a map in SQL."""
    moments = [f"{literal(part)}, timestamp_ntz {literal(moment)}" for part, moment in loaded_at.items()]
    return f"map({', '.join(moments or ['null', 'null'])})"


def _go_on_with(spark: SparkSession, schemas: tuple[str, ...], previous: Path, folder: Path) -> None:
    catalog = previous / CATALOG
    for table in json.loads(catalog.read_text(encoding="utf-8")):
        schema, name = table["name"].split(".")
        if schema not in schemas:
            continue
        columns = ", ".join(
            f"`{field.name}` {field.dataType.simpleString()}"
            for field in StructType.fromJson(table["columns"]).fields
        )
        by = f"partitioned by ({', '.join(table['folders'])})" if table["folders"] else ""
        spark.sql(f"create table {table['name']} ({columns}) using parquet {by}")
        # After the table: Spark creates no table over existing files.
        shutil.copytree(
            previous / f"{schema}.db" / name,
            folder / f"{schema}.db" / name,
            copy_function=os.link,
            dirs_exist_ok=True,
        )


def _of_no_null(function: Callable[..., float]) -> Callable[..., float | None]:
    """Return the function, with null as its value if an argument is null, as in DuckDB."""

    @wraps(function)
    def called(*arguments: Any) -> float | None:
        return None if any(argument is None for argument in arguments) else function(*arguments)

    return called
