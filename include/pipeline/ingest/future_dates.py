"""Refuses a data date after today that is likely a typo: it would outlast every later snapshot.

It is meant where the delivery's own times go on after today and come near it, as those of invented data, or
of a machine whose clock is behind. A nightly delivery's times end today at the latest.
"""

from datetime import UTC, date, datetime

from include.pipeline.core import data_dates, warehouse
from include.pipeline.core.data_dates import DateRefused
from include.pipeline.core.settings import declared, settings
from include.pipeline.core.source import INVALID_TIMESTAMP, moment

# A delivery may end long before its data date, as one whose source has stopped; a wrong year is further away.
MAX_DAYS_AFTER_DATA = 183


def require_plausible(data_date: date, *, is_meant: bool) -> None:
    """Return if the landed delivery may be of that date.

    Args:
        data_date: of the delivery, UTC.
        is_meant: the operator has said that a date in the future is right.

    Raises:
        DateRefused: it lies in the future, and neither the operator nor the data say that it is right.
    """
    today = data_dates.now().date()
    if data_date <= today or is_meant:
        return
    latest = _latest_moment()
    if latest and latest.date() > today and (data_date - latest.date()).days <= MAX_DAYS_AFTER_DATA:
        return
    found = f"the latest time is {latest:%Y-%m-%dT%H:%M:%SZ}" if latest else "none has a time"
    raise DateRefused(
        f"The data date lies in the future: found {data_date}; today is {datetime.now(UTC).date()} (UTC)."
        f" Of the data, {found}. Expected the day of the delivery, or data that go on after today, to at"
        f" most {MAX_DAYS_AFTER_DATA} days before that date. Run for the right day; if this one is meant, say"
        f" so with `make run DATE={data_date} FUTURE=yes`, or with Future date in the trigger form (conf"
        ' {"future_date": true}). Nothing of the delivery has entered raw.'
    )


def _latest_moment() -> datetime | None:
    """Return the latest time, UTC, of the landed rows and of those that `raw` has."""
    columns = [
        (source.name, rule.column)
        for source in declared().sources
        for rule in source.rules
        if rule.reason == INVALID_TIMESTAMP
    ]
    if not columns:
        return None
    moments = " union all ".join(
        f"select {moment(column)} as moment from {schema}.{name}"
        for name, column in columns
        for schema in ("delivered", "build.raw")
    )
    with (
        warehouse.connect(settings().landing_path, read_only=True) as connection,
        warehouse.attached(connection, settings().build_path, "build"),
    ):
        # As UTC: a value with a zone would need another library.
        ((latest,),) = connection.execute(
            f"select max(moment) at time zone 'UTC' from ({moments})"
        ).fetchall()
    return latest
