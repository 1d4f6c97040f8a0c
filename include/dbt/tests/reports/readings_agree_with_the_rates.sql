-- A reading that only widens the window counts the users of the headline, and a wider one loses no user who
-- came back; each session is one of the reliability's; the mentors of the mean are those with users.
with

readings as (
    select * from {{ ref('rpt_sensitivity') }}
),

expected as (
    select
        windows.reading,
        rates.tier,
        rates.total_users_w_sessions as n
    from {{ ref('rpt_rebooking') }} as rates
    cross join (values ('window_14d'), ('window_60d'), ('window_90d')) as windows (reading)
    where
        rates.lens = 'sessions'
        and rates.cohort = 'all'
        and not rates.is_category_total

    union all

    select
        'per_session' as reading,
        tier,
        sessions as n
    from {{ ref('rpt_reliability') }}
    where
        not is_total
        and sessions > 0

    union all

    select
        'mean_of_mentors' as reading,
        tier,
        count(*) as n
    from {{ ref('rpt_mentors') }}
    where users > 0
    group by tier
),

counted as (
    select * from readings
    where reading in ('window_14d', 'window_60d', 'window_90d', 'per_session', 'mean_of_mentors')
),

windows as (
    select
        *,
        lag(rebooked) over (
            partition by tier
            order by reading
        ) as rebooked_within_less
    from readings
    where reading in ('window_14d', 'window_60d', 'window_90d')
)

select
    coalesce(counted.reading, expected.reading) as reading,
    coalesce(counted.tier, expected.tier) as tier,
    counted.n as found,
    expected.n as expected
from counted
full outer join expected
    on
        counted.reading = expected.reading
        and counted.tier = expected.tier
where counted.n is distinct from expected.n

union all

select
    reading,
    tier,
    rebooked as found,
    rebooked_within_less as expected
from windows
where rebooked < rebooked_within_less
