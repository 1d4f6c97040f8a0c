"""`make explain` opens what is published, and says what the domain says of it."""

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from include.pipeline.cli import explain
from include.pipeline.core import warehouse
from include.pipeline.core.errors import UserFacingError, WarehouseInvalid
from include.pipeline.core.settings import declared, settings
from tests.support.deliveries import Bench


def count(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    """Explain a key by the number of rows that have it."""
    ((rows,),) = connection.execute("select count(*) from t where key = ?", [key]).fetchall()
    yield f"{rows} of {key}"


@pytest.fixture
def explaining(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the pipeline declare the explanation above."""
    pipeline = replace(declared(), explain=f"{__name__}:count")
    monkeypatch.setattr(explain, "declared", lambda: pipeline)
    monkeypatch.setattr(explain, "load", lambda reference: {f"{__name__}:count": count}[reference])


def test_the_domain_explains_what_is_published(explaining: None) -> None:
    """Its lines are shown as text, whatever the key does to a terminal."""
    with warehouse.connect(settings().published_path) as connection:
        connection.execute("create table t as select unnest(['a', 'a', '\x1b[31m']) as key")
    assert list(explain.explain("a")) == ["2 of a"]
    assert list(explain.explain("\x1b[31m")) == ["1 of \\x1b[31m"]


def test_without_a_published_database_nothing_is_explained(explaining: None) -> None:
    """The message says what is missing and what to run."""
    with pytest.raises(WarehouseInvalid, match=r"\.duckdb is missing\. Expected a published.*run `make run`"):
        list(explain.explain("a"))


def test_a_domain_need_not_explain_anything(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command says that the declaration has none."""
    pipeline = replace(declared(), explain=None)
    monkeypatch.setattr(explain, "declared", lambda: pipeline)
    with pytest.raises(UserFacingError, match="explains nothing: found no `explain` in its declaration"):
        list(explain.explain("a"))
