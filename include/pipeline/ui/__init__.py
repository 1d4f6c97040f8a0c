"""Our pages in Airflow's web UI: what the runs wrote, for those who may read the DAG; they change nothing."""
