"""A fingerprint tells tables with other rows apart, whatever the order of the rows."""

import duckdb

from include.pipeline.core import fingerprints


def test_the_order_of_rows_is_no_part_of_it_and_every_value_is() -> None:
    """A row twice, a changed value, and a value in another column each make another table."""
    same = ["values (1, 2), (3, 4)", "values (3, 4), (1, 2)"]
    others = [
        "values (1, 2), (3, 4), (3, 4)",
        "values (1, 2), (3, 5)",
        "values (1, 4), (3, 2)",
        "values (2, 1), (3, 4)",
        "select 1, 2 where false",
    ]
    with duckdb.connect() as connection:
        for number, query in enumerate([*same, *others]):
            connection.execute(f"create table t{number} as {query}")
        connection.execute("create schema other; create view other.seen as select 1 as one")
        found = fingerprints.of_tables(connection, without=("other",))
        assert "other.seen" in fingerprints.of_tables(connection)
    (first, second, *rest) = (found[f"main.t{number}"] for number in range(len(found)))
    assert first == second and first["rows"] == 2
    assert len({str(each) for each in (first, *rest)}) == len(rest) + 1 == len(others) + 1


def test_the_last_digits_of_a_double_are_no_part_of_it() -> None:
    """They depend on the order of a sum."""
    with duckdb.connect() as connection:
        for number, value in enumerate(
            ["0.1::double + 0.2::double", "0.3::double", "0.30000001::double", "null"]
        ):
            connection.execute(f"create table t{number} as select {value} as x")
        found = [each["fingerprint"] for each in fingerprints.of_tables(connection).values()]
    assert found[0] == found[1]
    assert len({*found}) == 3
