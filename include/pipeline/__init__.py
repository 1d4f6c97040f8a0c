"""Write-audit-publish on DuckDB under Airflow, for any domain: the domain declares what it works on."""
