with

rebookings as (
    select * from {{ ref('fct_rebookings') }}
),

cohorts as (
    select
        'all' as cohort,
        *,
    from rebookings

    union all

    select
        'mature' as cohort,
        *,
    from rebookings
    where is_mature
),

groups as (
    select
        lens,
        cohort,
        tier,
        tier_category,
        false as is_category_total,
        is_rebooked,
    from cohorts

    union all

    select
        lens,
        cohort,
        tier_category as tier,
        tier_category,
        true as is_category_total,
        is_rebooked,
    from cohorts
),

rates as (
    select
        lens,
        cohort,
        tier,
        tier_category,
        is_category_total,
        count(*) as total_users_w_sessions,
        count(case when is_rebooked then 1 end) as rebooked_count,
        cast(
            -- Of hundredths of a percent, for in a binary fraction their halves are inexact.
            round(10000.0 * count(case when is_rebooked then 1 end) / count(*)) / 100
            as decimal(5, 2)
        ) as rebooking_rate_pct,
    from groups
    group by lens, cohort, tier, tier_category, is_category_total
)

select * from rates
