"""The dbt project as Airflow tasks: one that runs dbt, and one for each model and test that shows it."""
