"""The functions that the domain declares, as functions of DuckDB; a function of a null gives null.

dbt-duckdb loads `Plugin` as profiles.yml says, and it registers them on the connections of the build.
"""

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from include.pipeline.core.declaration import load
from include.pipeline.core.settings import declared


class Plugin(BasePlugin):
    """Registers the declared functions on every connection of the build."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the functions on `conn`, under their own names; each returns a DOUBLE."""
        functions = declared().functions
        for function, arguments in load(functions).items() if functions else ():
            conn.create_function(function.__name__, function, list(arguments), "DOUBLE")
