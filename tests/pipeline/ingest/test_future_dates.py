"""A data date after today is a typo, unless the operator says that it is meant, or the data come near it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from include.pipeline.core.data_dates import DateRefused
from include.pipeline.ingest.future_dates import MAX_DAYS_AFTER_DATA, require_plausible
from tests.support.deliveries import Bench, array, event, users

# Far from the next midnight, wherever the test runs.
TODAY = datetime.now(UTC).date()
AHEAD = TODAY + timedelta(days=2000)
LAST_YEAR = TODAY - timedelta(days=365)


def events_until(*days: date) -> str:
    return array([event(f"e{day}", timestamp=f"{day}T10:00:00Z") for day in days])


@pytest.mark.parametrize(
    ("latest", "data_date"),
    [
        # Before a typo in the year, in the month, and in the day.
        (LAST_YEAR, LAST_YEAR.replace(year=LAST_YEAR.year + 9, day=1)),
        (TODAY, TODAY + timedelta(days=31)),
        (TODAY - timedelta(days=1), TODAY + timedelta(days=2)),
        (AHEAD, AHEAD + timedelta(days=MAX_DAYS_AFTER_DATA + 1)),
    ],
)
def test_a_date_that_the_data_do_not_come_near_is_refused(
    latest: date, data_date: date, bench: Bench
) -> None:
    """The message has both dates and the latest time, and how to say that it is meant."""
    bench.land("events", events_until(LAST_YEAR, latest), on=data_date)
    with pytest.raises(DateRefused) as refused:
        require_plausible(data_date, is_meant=False)
    for words in (f"found {data_date}", f"{latest}T10:00:00Z", f"make run DATE={data_date} FUTURE=yes"):
        assert words in str(refused.value)
    require_plausible(data_date, is_meant=True)


@pytest.mark.parametrize("days", [0, 30, MAX_DAYS_AFTER_DATA])
def test_a_date_that_the_data_come_near_is_accepted(days: int, bench: Bench) -> None:
    """Invented data, or a machine whose clock is behind."""
    bench.land("events", events_until(LAST_YEAR, AHEAD), on=AHEAD)
    require_plausible(AHEAD + timedelta(days=days), is_meant=False)


def test_what_raw_has_counts_as_well(bench: Bench) -> None:
    """A delivery may have no new events, or those of a content that is known."""
    bench.deliver("events", events_until(AHEAD), on=AHEAD)
    bench.land("events", events_until(AHEAD), on=AHEAD)
    require_plausible(AHEAD, is_meant=False)
    bench.land("users", users(3), on=AHEAD)
    require_plausible(AHEAD, is_meant=False)


def test_a_past_date_needs_no_data(bench: Bench) -> None:
    """Today is a nightly run's; nothing is asked of days before it."""
    require_plausible(TODAY, is_meant=False)
    require_plausible(date(2020, 1, 1), is_meant=False)
    bench.land("users", users(3))
    with pytest.raises(DateRefused, match="none has a time"):
        require_plausible(AHEAD, is_meant=False)
