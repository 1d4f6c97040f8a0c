-- The last date of the history has the mature cohort of the headline, the tiers of a category sum up to it at
-- every date, and no group loses users or those who rebooked from one date to the next.
with

history as (
    select
        *,
        lag(users) over (
            partition by tier
            order by as_of_date
        ) as users_before,
        lag(rebooked) over (
            partition by tier
            order by as_of_date
        ) as rebooked_before,
        max(as_of_date) over () as last_date
    from {{ ref('rpt_rebooking_history') }}
),

latest as (
    select * from history
    where as_of_date = last_date
),

mature as (
    select * from {{ ref('rpt_rebooking') }}
    where
        lens = 'sessions'
        and cohort = 'mature'
),

sums as (
    select
        as_of_date,
        tier_category,
        sum(case when is_category_total then users else -users end) as users_missing,
        sum(case when is_category_total then rebooked else -rebooked end) as rebooked_missing
    from history
    group by as_of_date, tier_category
)

select
    coalesce(latest.tier, mature.tier) as tier,
    latest.as_of_date,
    latest.users as found,
    mature.total_users_w_sessions as expected
from latest
full outer join mature
    on latest.tier = mature.tier
where
    latest.users is distinct from mature.total_users_w_sessions
    or latest.rebooked is distinct from mature.rebooked_count

union all

select
    tier_category as tier,
    as_of_date,
    users_missing as found,
    rebooked_missing as expected
from sums
where
    users_missing <> 0
    or rebooked_missing <> 0

union all

select
    tier,
    as_of_date,
    users as found,
    users_before as expected
from history
where
    users < users_before
    or rebooked < rebooked_before
