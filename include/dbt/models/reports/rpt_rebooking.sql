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

counts as (
    select
        lens,
        cohort,
        tier,
        tier_category,
        is_category_total,
        count(*) as total_users_w_sessions,
        count(case when is_rebooked then 1 end) as rebooked_count,
    from groups
    group by lens, cohort, tier, tier_category, is_category_total
),

rates as (
    select
        *,
        {{ rate_pct('rebooked_count', 'total_users_w_sessions') }} as rebooking_rate_pct,
        {{ interval_pct('rebooked_count', 'total_users_w_sessions') }},
    from counts
)

select * from rates
