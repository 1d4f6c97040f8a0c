"""The audit as an Airflow task; what it does is in audit.py."""

from airflow.sdk import task


@task
def audit(run: str) -> str:
    """Build everything in a copy of the build, and fail if a table differs."""
    # Not at the top of the file: it loads DuckDB, and the DAG is parsed every few seconds.
    from include.pipeline.transform.audit import audit_build

    return audit_build(run)
