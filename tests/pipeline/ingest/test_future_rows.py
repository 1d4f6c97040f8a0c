"""A row later than the data date is quarantined; a file of many such rows is refused as of a wrong clock."""

from datetime import date

import pytest

from include.pipeline.core.errors import FileRefused
from tests.support.deliveries import DATA_DATE, Bench, array, event, events

PLACEHOLDER = event("late", timestamp="2099-01-01T00:00:00Z")


def test_one_row_of_the_future_is_quarantined(bench: Bench) -> None:
    """The others load, up to the last moment that a delivery of this date may have."""
    at_the_bound = event("bound", timestamp="2031-05-04T00:00:00Z")
    just_after = event("after", timestamp="2031-05-04T00:00:00.000001Z")
    landed = bench.land("events", array([*events(40), at_the_bound, just_after]))
    assert landed.rejections == (
        'row 42: timestamp "2031-05-04T00:00:00.000001Z" is later than a day after the end of the data date',
    )
    assert [(number, reason) for number, reason, _ in bench.rejected()] == [(42, "future_timestamp")]
    assert [row[1] for row in bench.loaded("events")][-1] == "bound"


def test_a_later_delivery_may_have_the_row(bench: Bench) -> None:
    """What was of the future loads with the delivery of its day."""
    next_week = event("late", timestamp="2031-05-08T10:00:00Z")
    bench.deliver("events", array([*events(40), next_week]))
    bench.deliver("events", array([*events(41), next_week]), on=date(2031, 5, 8))
    assert bench.build(
        "select rows_loaded, rows_rejected, rows_duplicate from raw.loads order by load_id"
    ) == [
        (40, 1, 0),
        (2, 0, 40),
    ]


def test_many_rows_of_the_future_refuse_the_file(bench: Bench) -> None:
    """The message has the data date, the latest moment and the share, and says what may be wrong."""
    late = [{**PLACEHOLDER, "event_id": f"late {number}"} for number in range(5)]
    earlier = event("earlier", timestamp="2040-06-01T12:30:00+02:00")
    with pytest.raises(FileRefused) as refusal:
        bench.land("events", array([*events(94), earlier, *late]))
    assert str(refusal.value) == (
        "booking_events.json has too many invalid rows: found 6 of 100 (6.0 %), 6 future_timestamp (rows 95,"
        ' 96, 97, 98, 99, …). Row 95: timestamp "2040-06-01T12:30:00+02:00" is later than a day after the end'
        " of the data date. Expected at most 5 % (MENTOR_MAX_REJECTED_PCT). 6 rows (6.0 %) are later than"
        " 2031-05-04T00:00:00Z, a day after the end of the data date 2031-05-02; the latest is of"
        " 2099-01-01T00:00:00Z. Either the data date or the clock of the source is wrong: run for the day of"
        " the delivery, or correct the clock and deliver the file again."
    )
    assert bench.build("select status, data_date from raw.loads") == [("refused", DATA_DATE)]
    assert bench.rows_in_raw() == 0


def test_at_the_limit_other_rows_refuse_the_file(bench: Bench) -> None:
    """As many rows of the future as may be rejected are not what the refusal is about."""
    late = [{**PLACEHOLDER, "event_id": f"late {number}"} for number in range(5)]
    with pytest.raises(FileRefused, match="correct these rows and deliver the file again"):
        bench.land("events", array([*events(94), event("odd", event_type="paused"), *late]))
