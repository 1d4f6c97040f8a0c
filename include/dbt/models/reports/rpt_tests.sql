with

rebookings as (
    select
        *,
        case tier when 'Bronze' then 0 when 'Silver' then 1 when 'Gold' then 2 end as place,
        cast({{ date_trunc('month', 'first_item_at') }} as date) as cohort_month
    from {{ ref('fct_rebookings') }}
    where
        lens = 'sessions'
        and tier in ('Bronze', 'Silver', 'Gold')
),

tiers as (
    select
        place,
        count(*) as users,
        count(case when is_rebooked then 1 end) as rebooked
    from rebookings
    group by place
),

trend as (
    select
        {{ list_in_order('cast(place as bigint)', order='place', condition='place >= 0') }} as places,
        {{ list_in_order('rebooked', order='place', condition='place >= 0') }} as rebooked,
        {{ list_in_order('users', order='place', condition='place >= 0') }} as users,
        count(*) as tiers
    from tiers
),

months as (
    select
        cohort_month,
        count(*) as users,
        count(case when tier = 'Gold' and is_rebooked then 1 end) as gold_rebooked,
        count(case when tier = 'Gold' and not is_rebooked then 1 end) as gold_gone,
        count(case when tier <> 'Gold' and is_rebooked then 1 end) as other_rebooked,
        count(case when tier <> 'Gold' and not is_rebooked then 1 end) as other_gone
    from rebookings
    group by cohort_month
),

odds as (
    select
        sum(1.0 * gold_rebooked * other_gone / users)
        / nullif(sum(1.0 * gold_gone * other_rebooked / users), 0) as mantel_haenszel_or
    from months
),

-- The next session is with the same mentor or with another one.
returns as (
    select
        count(case when is_rebooked then 1 end) as returned,
        count(case when is_rebooked and next_mentor_id = mentor_id then 1 end) as same_mentor
    from {{ ref('fct_rebookings') }}
    where lens = 'sessions'
),

tests as (
    select
        trend_p(case when trend.tiers > 1 then trend.places end, trend.rebooked, trend.users) as trend_p,
        cast(odds.mantel_haenszel_or as decimal(18, 2)) as mantel_haenszel_or,
        returns.returned,
        returns.same_mentor
    from trend
    cross join odds
    cross join returns
)

select * from tests
