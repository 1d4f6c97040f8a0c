"""Who takes part, and in what."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks import routes
from benchmarks.measure import Measured
from include.simulator.consecutive_days import Delivery
from tests.support.deployment import Deployment

# Numbers of events.
SMALL, MEDIUM, LARGE = 842, 1_500_000, 15_000_000


@dataclass(frozen=True)
class Contestant:
    """A route from the files of a delivery to tables.

    Attributes:
        about: what it does, for the table of results.
        run: brings a delivery into the deployment, which holds nothing yet or a copy of what `run` left.
        next_days: the deliveries of `Days` that it takes after the first one, each from a copy.
        most_events: of a delivery that it is given; more would take too long, or too much memory.
        is_on_spark: it takes part where engines are compared, and not elsewhere.
    """

    about: str
    run: Callable[[Deployment, Delivery], Measured]
    next_days: tuple[str, ...] = ()
    most_events: int | None = None
    is_on_spark: bool = False


CONTESTANTS = {
    "floor": Contestant("DuckDB's `create table … from read_json`, of the events alone", routes.floor),
    "dbt build": Contestant(
        "plain `dbt build` of the same project, on a raw layer made before",
        routes.dbt_build,
        most_events=MEDIUM,
    ),
    "lean route": Contestant(
        "polars, `create or replace`, then dbt run, dbt test, dbt run of nine models with 35 generic tests,"
        " for the headline table alone; no gate, no history, no report, and a full export each day",
        routes.lean_route,
        ("again",),
        # polars takes more memory for the JSON of ten times as many than most machines have.
        most_events=MEDIUM,
    ),
    "usual route": Contestant(
        "pandas, `create or replace`, then this pipeline's models by dbt run, dbt test, dbt run; no gate, no"
        " ledger, no report",
        routes.usual_route,
        most_events=MEDIUM,
    ),
    "dags test": Contestant(
        "this pipeline by `airflow dags test`", routes.dags_test, ("increment", "again", "late")
    ),
    "scheduler": Contestant(
        "this pipeline under a scheduler with PostgreSQL and the LocalExecutor, from trigger to end",
        routes.under_scheduler,
        most_events=MEDIUM,
    ),
    "local mode": Contestant(
        "the same with Cosmos' `ExecutionMode.LOCAL`, up to the last model: a dbt for each and its tests",
        routes.local_mode,
        most_events=SMALL,
    ),
    "spark, 1 worker": Contestant(
        "this pipeline by `airflow dags test` with engine spark, on a cluster with one core",
        partial(routes.on_spark, workers=1),
        is_on_spark=True,
    ),
    "spark, 2 workers": Contestant(
        "the same on two workers, a core each", partial(routes.on_spark, workers=2), is_on_spark=True
    ),
}
