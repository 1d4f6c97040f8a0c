"""A DAG of the gate alone; as a script it runs it by `dag.test()`, once for each warehouse that is named."""

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import DAG

from include.pipeline.core import settings, warehouse
from include.pipeline.quality.gate_operator import QualityGateOperator

DAY = datetime(2031, 5, 2, tzinfo=UTC)
ended: list[dict[str, Any]] = []


def note(context: Any) -> None:
    """Note the error, and whether the landing can be written, while Airflow still holds the error."""
    error = context.get("exception")
    with warehouse.connect(settings.settings().landing_path) as landing:
        landing.execute("create table delivered.written as select 1")
    ended.append({"error": error and [type(error).__name__, str(error), repr(error.__context__)]})


with DAG("gate", schedule=None, start_date=DAY) as dag:
    QualityGateOperator(task_id="quality_gate", on_success_callback=note, on_failure_callback=note)

if __name__ == "__main__":
    for folder in sys.argv[1:]:
        os.environ["MENTOR_WAREHOUSE_DIR"] = folder
        settings.load()
        run = dag.test(run_after=DAY, logical_date=DAY)
        (task,) = run.get_task_instances()
        ended[-1] |= {"state": task.state, "xcom": task.xcom_pull(task_ids="quality_gate")}
    print(json.dumps(ended))
