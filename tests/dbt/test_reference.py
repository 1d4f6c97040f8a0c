"""The models say what the reading in tests/reference says, on random deliveries with every defect of rows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, example, given, settings, strategies

from include.mentoring.statistics import mentors, rates
from tests.dbt import pipeline, reference_tables, tables
from tests.dbt.pipeline import COLUMNS_OF_DELIVERIES, Pipeline, all_columns_but
from tests.reference import shipping
from tests.reference.defects import DEFECTS
from tests.reference.history import History, accept
from tests.reference.reading import Reading, read, read_folder
from tests.reference.statistics import fisher, newcombe, permutation, ratio, wilson
from tests.reference.worlds import World, make, number_of

# One world for each defect; a world is built from its seed, so a failure names all it needs.
SEEDS = strategies.fixed_dictionaries(
    {name: strategies.integers(min_value=0, max_value=2**32 - 1) for name in DEFECTS}
)
# Two examples and that of the quick test are more than 100 worlds. A build takes seconds, so a failing one
# is not made smaller: give the seeds that the failure names to @example instead, fewer and fewer of them.
BUILDS = settings(
    max_examples=2, deadline=None, print_blob=True, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
# What a later delivery can change, row by row.
FACTS = (
    "intermediate.int_events",
    "intermediate.int_requests",
    "intermediate.int_recorded_sessions",
    "marts.fct_sessions",
    "marts.fct_bookings",
    "marts.fct_rebookings",
    "marts.fct_user_activity",
)
DIFFERENCES_SHOWN = 20

NewPipeline = Callable[[], Pipeline]
Counts = list[tuple[int, int]]
MENTORS = strategies.lists(
    strategies.integers(1, 60).flatmap(
        lambda users: strategies.tuples(strategies.integers(0, users), strategies.just(users))
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def new_pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewPipeline]:
    """Return a function that makes an empty warehouse the current one."""
    with pipeline.of_this_process(tmp_path_factory.mktemp("dbt")) as manifest:

        def new() -> Pipeline:
            return Pipeline(tmp_path_factory.mktemp("warehouse"), manifest)

        yield new


def worlds_of(seeds: dict[str, int]) -> list[World]:
    return [make(name, number, seed, DEFECTS) for number, (name, seed) in enumerate(seeds.items(), start=1)]


def check(warehouse: Pipeline, reading: Reading, seeds: dict[str, int]) -> None:
    """Fail where the models and the reading differ, with the world and the figure."""
    found = tables.differences(tables.built(warehouse), reference_tables.expected(reading))
    lines = [
        f"{' '.join(map(str, key))}{world_of(key, seeds)}: {what}"
        for key, what in [*found.items()][:DIFFERENCES_SHOWN]
    ]
    assert not found, f"{len(found)} rows differ\n" + "\n".join(lines)


def world_of(key: tables.Row, seeds: dict[str, int]) -> str:
    """Return the name of the world that a row of the marts is of."""
    if key[0].startswith("reports."):
        return ""
    name, seed = [*seeds.items()][number_of(key[1]) - 1]
    return f" of the world {name!r}, seed {seed}"


def check_rows_of_events(warehouse: Pipeline, history: History) -> None:
    """Fail where the ledger does not count the events that the reading accepted and rejected."""
    rejected = warehouse.rows(
        "select reason, count(*) from raw.rejected_rows where source = 'events' group by reason"
    )
    expected = {reason: count for (source, reason), count in history.rejected.items() if source == "events"}
    assert dict(rejected) == expected
    ((loaded, duplicate),) = warehouse.rows(
        "select sum(rows_loaded), sum(rows_duplicate) from raw.loads where source = 'events'"
    )
    assert (loaded, duplicate) == (len(history.events), history.duplicates["events"])


def facts_of(warehouse: Pipeline, worlds: list[World]) -> dict[str, list[tables.Row]]:
    """Return every fact of the users of some worlds, without what tells which delivery it came with."""
    numbers = ", ".join(f"'{world.number}'" for world in worlds)
    columns = all_columns_but(COLUMNS_OF_DELIVERIES)
    return {
        fact: warehouse.rows(
            f"select {columns} from {fact} where left(user_id, -3) in ({numbers}) order by all"
        )
        for fact in FACTS
    }


def test_the_models_say_what_the_reading_says(new_pipeline: NewPipeline) -> None:
    """In batches and in any order, after a full refresh, and in one delivery, all is as read."""
    compare(new_pipeline, seeds=dict.fromkeys(DEFECTS, 0), split=0)


@pytest.mark.slow
@pytest.mark.smoke
@BUILDS
@given(seeds=SEEDS, split=strategies.integers(min_value=0, max_value=2**32 - 1))
def test_the_models_say_what_the_reading_says_of_random_worlds(
    new_pipeline: NewPipeline, seeds: dict[str, int], split: int
) -> None:
    """So do they on random worlds, with other ones every time."""
    compare(new_pipeline, seeds, split)


def compare(new_pipeline: NewPipeline, seeds: dict[str, int], split: int) -> None:
    """Deliver the worlds in batches, then at once, and compare every build with the reading."""
    worlds = worlds_of(seeds)
    batched = new_pipeline()
    delivered = []
    for shipment in shipping.in_batches(worlds, split):
        batched.deliver(shipment.files, shipment.delivered.data_date)
        delivered.append(shipment.delivered)
        is_last = len(delivered) == len(shipping.CONTENT)
        if is_last or Random(f"{split} {len(delivered)}").random() < 0.5:
            batched.build()
            check(batched, read(accept(delivered)), seeds)
    history = accept(delivered)
    check_rows_of_events(batched, history)
    incremental = batched.tables()
    batched.build("--full-refresh")
    assert batched.tables() == incremental
    together = [world for world in worlds if world.keeps_groups]
    facts = facts_of(batched, together)

    one = new_pipeline()
    delivered = []
    for shipment in shipping.at_once(worlds, split):
        one.deliver(shipment.files, shipment.delivered.data_date)
        delivered.append(shipment.delivered)
    one.build()
    check(one, read(accept(delivered)), seeds)
    for fact, rows in facts_of(one, together).items():
        assert rows == facts[fact], f"{fact} of worlds without a tie across batches"


def test_the_models_say_what_the_reading_says_of_the_real_delivery(
    new_pipeline: NewPipeline, real_delivery: Path
) -> None:
    """Every row and every figure of the real delivery, with the exact permutation over mentors."""
    warehouse = new_pipeline()
    files = {path.name: path.read_bytes() for path in real_delivery.iterdir()}
    reading = read_folder(real_delivery)
    (sheet,) = reading.history.mentors
    warehouse.deliver(files, sheet.data_date)
    warehouse.build()
    found = tables.differences(tables.built(warehouse), reference_tables.expected(reading))
    assert not found


@settings(deadline=None, print_blob=True)
@given(a=MENTORS, b=MENTORS)
@example(a=[(0, 1)], b=[(0, 1)])
@example(a=[(number, 20) for number in range(9)], b=[(3, 10 + number) for number in range(10)])
@example(a=[(number, 20) for number in range(8)], b=[(3, 10 + number) for number in range(12)])
def test_the_permutation_over_mentors_is_that_of_the_reading(a: Counts, b: Counts) -> None:
    """The p is exact up to 100,000 assignments (19 mentors), and near the reading's where they are drawn."""
    expected, smallest, is_exact = permutation(a, b)
    p = mentors.mentor_permutation_p(
        [rebooked for rebooked, _ in a],
        [users for _, users in a],
        [1] * len(a),
        [rebooked for rebooked, _ in b],
        [users for _, users in b],
        [1] * len(b),
    )
    assert p == pytest.approx(expected, rel=0, abs=1e-12 if is_exact else reference_tables.DRAW_TOLERANCE)
    assert mentors.smallest_permutation_p(len(a), len(b)) == pytest.approx(smallest)
    assert p >= smallest * (1 - 1e-9)


@settings(deadline=None, print_blob=True)
@given(a=MENTORS.map(lambda mentors: mentors[0]), b=MENTORS.map(lambda mentors: mentors[0]))
def test_rates_of_two_groups(a: tuple[int, int], b: tuple[int, int]) -> None:
    """Fisher's p, the intervals of rates, difference and ratio, and E-values, for any two groups."""
    assert rates.fisher_p(*a, *b) == pytest.approx(fisher(*a, *b), rel=1e-9)
    interval = rates.wilson_low_pct(*a), rates.wilson_high_pct(*a)
    assert interval == pytest.approx(wilson(*a), rel=1e-9, abs=1e-9)
    of_difference = rates.newcombe_low_pp(*a, *b), rates.newcombe_high_pp(*a, *b)
    assert of_difference == pytest.approx(newcombe(a, b), rel=1e-9, abs=1e-9)
    if a[0] and b[0]:
        functions = (rates.risk_ratio_low, rates.risk_ratio_high, rates.e_value, rates.e_value_limit)
        of_ratio = [function(*a, *b) for function in functions]
        assert of_ratio == pytest.approx(ratio(a, b), rel=1e-6)
