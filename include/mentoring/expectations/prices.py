"""The prices of the mentors.

Imports Great Expectations: import it only where the gate runs.
"""

from include.mentoring.expectations.bounds import MAX_PRICE_CHANGE
from include.mentoring.sources import MENTORS
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows, no_rows


class ExpectPriceAboveZero(ExpectNoRows):
    """Every mentor has a price."""


def price_above_zero() -> ExpectNoRows:
    """Return the warning that an hour of a mentor costs nothing."""
    return no_rows(
        ExpectPriceAboveZero,
        MENTORS,
        check="price_above_zero",
        column="hourly_rate",
        sample_of="mentor_id",
        description="every hourly_rate is above 0",
        query="""
            select mentor_id, _row_number
            from {batch}
            where try_cast(hourly_rate as decimal(18, 2)) = 0
        """,
    )


class ExpectSteadyPrice(ExpectNoRows):
    """Every price is near the last accepted one of its mentor."""


def steady_price() -> ExpectNoRows:
    """Return the warning that a price has changed more than MAX_PRICE_CHANGE times."""
    return no_rows(
        ExpectSteadyPrice,
        MENTORS,
        check="steady_price",
        column="hourly_rate",
        sample_of="mentor_id",
        description=f"no hourly_rate is {MAX_PRICE_CHANGE} times higher or lower than the last one",
        query=f"""
            with
            prices as (
                select
                    mentor_id,
                    landed._row_number,
                    try_cast(landed.hourly_rate as decimal(18, 2)) as price,
                    try_cast(accepted_mentors.hourly_rate as decimal(18, 2)) as last_price
                from {{batch}} as landed
                inner join temp.accepted_mentors using (mentor_id)
            )
            select mentor_id, _row_number
            from prices
            where
                least(price, last_price) > 0
                and greatest(price, last_price) > {MAX_PRICE_CHANGE} * least(price, last_price)
        """,
    )
