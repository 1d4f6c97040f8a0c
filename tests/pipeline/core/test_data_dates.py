"""Dates that no run can have are refused in a sentence: what was found, what is expected, what to do."""

from datetime import UTC, date, datetime, timedelta

import pytest

from include.pipeline.core.data_dates import CLOCK_DIFFERENCE, DateRefused, require_possible, require_reached


def test_a_date_before_the_first_is_refused() -> None:
    """Such a run had no task under Airflow, and was a success."""
    assert require_possible("2020-01-01") == date(2020, 1, 1)
    assert require_possible("2031-08-01") == date(2031, 8, 1)
    with pytest.raises(DateRefused) as refused:
        require_possible("2019-12-31")
    for words in ("found 2019-12-31. Expected", "2020-01-01 or later", "first_data_date"):
        assert words in str(refused.value)


def test_a_logical_date_that_has_not_come_is_refused() -> None:
    """Airflow would start no task until then, of this run or another; clocks may differ a little."""
    now = datetime.now(UTC)
    require_reached(now - timedelta(days=1))
    require_reached(now + CLOCK_DIFFERENCE / 2)
    with pytest.raises(DateRefused) as refused:
        require_reached(datetime(now.year + 2, 8, 1, tzinfo=UTC))
    for words in ("lies in the future", f'conf {{"data_date": "{now.year + 2}-08-01"}}', "without a logical"):
        assert words in str(refused.value)


def test_the_api_answers_a_refusal_as_a_mistake_of_the_caller() -> None:
    """For a ValueError it answers 400 with the message, for others 500."""
    assert issubclass(DateRefused, ValueError)
