"""`python -m benchmarks.parse`: what reading the DAG's file takes, once Airflow is loaded, as JSON."""

import json
import time

import psutil
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.python import PythonOperator as _PythonOperator  # noqa: F401

from include.pipeline.core.settings import PROJECT_DIR

if __name__ == "__main__":
    process = psutil.Process()
    before, begun = process.memory_info().rss, time.monotonic()
    bag = DagBag(PROJECT_DIR / "dags")
    seconds, grown = time.monotonic() - begun, process.memory_info().rss - before
    assert not bag.import_errors, bag.import_errors
    print(json.dumps({"seconds": round(seconds, 3), "mb": round(grown / 1e6, 1)}))
