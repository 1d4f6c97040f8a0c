"""The DAG and its stages: parameters, retries, assets, and runs in one process."""
