"""A history is the same in however many deliveries it comes, and in whatever order they do."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.dbt import pipeline
from tests.dbt.pipeline import Pipeline
from tests.reference.history import from_folder

pytestmark = pytest.mark.slow

EVENTS = "booking_events.json"
# Only an incremental model remembers an earlier build.
REMEMBERING = ("--select", "+config.materialized:incremental")

Events = list[dict[str, Any]]


@pytest.fixture(scope="module")
def new_pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Pipeline]]:
    """Return a function that makes an empty warehouse the current one."""
    with pipeline.of_this_process(tmp_path_factory.mktemp("dbt")) as manifest:
        yield lambda: Pipeline(tmp_path_factory.mktemp("warehouse"), manifest)


@pytest.fixture(scope="module")
def at_once(new_pipeline: Callable[[], Pipeline]) -> Callable[[Path], dict[str, str]]:
    """Return a function that gives the tables of a delivery that comes whole, built once."""
    known: dict[Path, dict[str, str]] = {}

    def tables(folder: Path) -> dict[str, str]:
        if folder not in known:
            warehouse = new_pipeline()
            warehouse.deliver(files_of(folder), from_folder(folder).data_date)
            warehouse.build()
            known[folder] = warehouse.tables_of_any_deliveries()
        return known[folder]

    return tables


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def split(events: Events, batches: int, random: Random | None) -> list[Events]:
    """Return the events in batches, by time or in a random order, with an end in the batch after its own.

    Events of one user and time stay together in the order of the file: nothing else tells their order.
    """
    ties: dict[tuple[str, str], Events] = {}
    for event in events:
        ties.setdefault((str(event["user_id"]), event["timestamp"]), []).append(event)
    groups = [*ties.values()]
    if random:
        random.shuffle(groups)
    size = -(-len(groups) // batches)
    parts = [groups[first : first + size] for first in range(0, len(groups), size)]
    for place, part in reversed([*enumerate(parts[:-1])]):
        ends = [group for group in part if [event["event_type"] for event in group] == ["session_ended"]]
        part.remove(ends[-1])
        parts[place + 1].append(ends[-1])
    return [[event for group in part for event in group] for part in parts]


@pytest.mark.parametrize(
    ("batches", "is_shuffled", "built_every"),
    [
        pytest.param(3, False, 1, id="3 in order", marks=pytest.mark.smoke),
        pytest.param(3, True, 1, id="3 shuffled", marks=pytest.mark.smoke),
        pytest.param(30, False, 5, id="30 in order"),
        pytest.param(30, True, 1, id="30 shuffled"),
    ],
)
def test_a_real_delivery_in_batches(
    new_pipeline: Callable[[], Pipeline],
    at_once: Callable[[Path], dict[str, str]],
    real_delivery: Path,
    batches: int,
    is_shuffled: bool,
    built_every: int,
) -> None:
    """With builds between the batches, and ends that come late, every table is as of one delivery."""
    whole = at_once(real_delivery)
    files = files_of(real_delivery)
    first_date = from_folder(real_delivery).data_date
    parts = split(json.loads(files[EVENTS]), batches, Random(batches) if is_shuffled else None)
    assert len(parts) == batches
    warehouse = new_pipeline()
    for place, part in enumerate(parts):
        files[EVENTS] = json.dumps(part).encode()
        warehouse.deliver(files, first_date + timedelta(days=place))
        if place % built_every == 0 and place < batches - 1:
            warehouse.build(*REMEMBERING)
    warehouse.build()
    assert warehouse.tables_of_any_deliveries() == whole
