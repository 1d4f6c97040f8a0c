"""Which data dates are refused whatever is delivered: those that Airflow would do nothing for, and typos."""

from datetime import UTC, date, datetime, timedelta

from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.settings import declared

# Parameters of a run.
DATA_DATE = "data_date"
FUTURE_DATE = "future_date"
# The clocks of a browser, a scheduler and a worker differ.
CLOCK_DIFFERENCE = timedelta(minutes=10)


class DateRefused(UserFacingError, ValueError):
    """A date that no run can have; a ValueError, for which Airflow's API answers 400 with the message."""


def now() -> datetime:
    """Return the latest moment, UTC, that some clock of the deployment may show."""
    return datetime.now(UTC) + CLOCK_DIFFERENCE


def require_possible(data_date: str) -> date:
    """Return an ISO date as a date.

    Raises:
        DateRefused: it is before the pipeline's first data date.
    """
    day, first = date.fromisoformat(data_date), declared().first_data_date
    if day < first:
        raise DateRefused(
            f"The data date is too early: found {day}. Expected the day of a delivery, {first} or later"
            " (first_data_date of the pipeline's declaration); run for that day. Nothing was read."
        )
    return day


def require_reached(logical_date: datetime) -> None:
    """Return if Airflow runs tasks for that logical date.

    Raises:
        DateRefused: it lies in the future. Airflow would call the run "running" until then, without a task,
            and let all other runs wait for it.
    """
    if logical_date > now():
        raise DateRefused(
            f"The logical date {logical_date:%Y-%m-%dT%H:%M:%SZ} lies in the future: found that it is"
            f" {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}. Expected none, or one that has come: Airflow starts no"
            " task before it, and no other run either. Trigger the run without a logical date; the field Data"
            f' date (conf {{"data_date": "{logical_date:%Y-%m-%d}"}}) takes the day of a delivery.'
        )
