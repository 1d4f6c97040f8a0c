with

rebookings as (
    select * from {{ ref('fct_rebookings') }}
    where
        lens = 'sessions'
        and is_mature
),

days as (
    select generated_number - 1 as day
    from ({{ generate_series(var("rebooking_window_days") | int + 1) }}) as numbers
),

tiers as (
    select
        tier,
        count(*) as users
    from rebookings
    group by tier
),

returns as (
    select
        tier,
        days_to_return,
        count(*) as users
    from rebookings
    group by tier, days_to_return
),

curve as (
    select
        tiers.tier,
        cast(days.day as integer) as day,
        tiers.users,
        cast(coalesce(sum(returns.users), 0) as bigint) as returned
    from tiers
    cross join days
    left join returns
        on
            tiers.tier = returns.tier
            and days.day >= returns.days_to_return
    group by tiers.tier, days.day, tiers.users
),

shares as (
    select
        *,
        {{ rate_pct('returned', 'users') }} as returned_pct
    from curve
)

select * from shares
