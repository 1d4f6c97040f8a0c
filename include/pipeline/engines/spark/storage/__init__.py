"""The lake of engine spark: rows as folders of Parquet, and the DuckDB databases that are their catalogs.

`raw/<source>/` of the lake has the accepted rows of each load, `tables/` what each build of dbt has made.
A folder is written once, and a database names the folders that it consists of: a build is published, kept
and rolled back as a database, and a killed run leaves folders that no database names.
"""
