-- The curve of a tier has every day of the window once, never falls, and its last day is the mature cohort's
-- headline: the same users, and the same who rebooked.
with

days as (
    select
        tier,
        day,
        users,
        returned,
        coalesce(lag(returned) over (
            partition by tier
            order by day
        ), 0) as returned_before,
        count(*) over (partition by tier) as days_found
    from {{ ref('rpt_return_curve') }}
),

mature as (
    select
        tier,
        total_users_w_sessions as users,
        rebooked_count as rebooked
    from {{ ref('rpt_rebooking') }}
    where
        lens = 'sessions'
        and cohort = 'mature'
        and not is_category_total
)

select
    coalesce(days.tier, mature.tier) as tier,
    days.day,
    days.users,
    mature.users as users_of_headline,
    days.returned,
    days.returned_before,
    mature.rebooked as rebooked_of_headline
from days
full outer join mature
    on days.tier = mature.tier
where
    days.tier is null
    or mature.tier is null
    or days.users <> mature.users
    or days.returned < days.returned_before
    or days.day not between 0 and {{ var('rebooking_window_days') }}
    or days.days_found <> {{ var('rebooking_window_days') }} + 1
    or (days.day = {{ var('rebooking_window_days') }} and days.returned <> mature.rebooked)
