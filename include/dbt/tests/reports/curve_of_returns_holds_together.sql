-- Each tier of the headline has every day of the window once; the curve never falls, stays inside its band,
-- loses users at risk only, and ends at the tier's rate or, for users still observed, above it.
with

days as (
    select
        tier,
        days,
        at_risk,
        returned_pct,
        ci_low_pct,
        ci_high_pct,
        lag(returned_pct) over (
            partition by tier
            order by days
        ) as returned_pct_before,
        lag(at_risk) over (
            partition by tier
            order by days
        ) as at_risk_before,
        count(*) over (partition by tier) as days_found
    from {{ ref('rpt_time_to_return') }}
),

headline as (
    select
        tier,
        rebooking_rate_pct
    from {{ ref('rpt_rebooking') }}
    where
        lens = 'sessions'
        and cohort = 'all'
        and not is_category_total
)

select
    coalesce(days.tier, headline.tier) as tier,
    days.days,
    days.at_risk,
    days.at_risk_before,
    days.returned_pct,
    days.returned_pct_before,
    headline.rebooking_rate_pct
from days
full outer join headline
    on days.tier = headline.tier
where
    days.tier is null
    or headline.tier is null
    or days.days not between 0 and {{ var('rebooking_window_days') }}
    or days.days_found <> {{ var('rebooking_window_days') }} + 1
    or days.returned_pct < days.returned_pct_before
    or days.at_risk > days.at_risk_before
    or days.returned_pct not between days.ci_low_pct and days.ci_high_pct
    -- The curve has one decimal, the rate two.
    or (
        days.days = {{ var('rebooking_window_days') }}
        and days.returned_pct < headline.rebooking_rate_pct - 0.06
    )
