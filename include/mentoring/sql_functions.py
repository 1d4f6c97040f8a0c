"""The statistics of the reports as functions of DuckDB; a function of a null gives null.

dbt-duckdb loads `Plugin` as include/dbt/profiles.yml says, and it registers them on the connections of the
build.
"""

from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from include.mentoring.statistics import fisher_p, mentor_permutation_p, wilson_high_pct, wilson_low_pct


class Plugin(BasePlugin):
    """Registers the functions of statistics.py on every connection of the build."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the functions on `conn`, under their own names."""
        rate: list[Any] = ["BIGINT", "BIGINT"]
        mentors: list[Any] = ["BIGINT[]", "BIGINT[]"]
        for function, parameters in (
            (wilson_low_pct, rate),
            (wilson_high_pct, rate),
            (fisher_p, rate + rate),
            (mentor_permutation_p, mentors + mentors),
        ):
            conn.create_function(function.__name__, function, parameters, "DOUBLE")
