"""Write-audit-publish on DuckDB under Airflow, for any domain: what it works on, the domain declares."""
