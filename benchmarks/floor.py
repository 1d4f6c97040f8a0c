"""`python -m benchmarks.floor EVENTS DATABASE`: the events into a table, as fast as DuckDB can."""

import sys

import duckdb

if __name__ == "__main__":
    with duckdb.connect(sys.argv[2]) as connection:
        connection.execute("create table events as from read_json($path)", {"path": sys.argv[1]})
