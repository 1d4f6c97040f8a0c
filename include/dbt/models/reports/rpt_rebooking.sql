with

rebookings as (
    select * from {{ ref('fct_rebookings') }}
),

tiers as (
    select
        lens,
        tier,
        tier_category,
        is_mature,
        count(*) as users,
        count(case when is_rebooked then 1 end) as rebooked
    from rebookings
    group by lens, tier, tier_category, is_mature
),

cohorts as (
    select
        'all' as cohort,
        *
    from tiers

    union all

    select
        'mature' as cohort,
        *
    from tiers
    where is_mature
),

groups as (
    select
        lens,
        cohort,
        tier,
        tier_category,
        false as is_category_total,
        users,
        rebooked
    from cohorts

    union all

    select
        lens,
        cohort,
        tier_category as tier,
        tier_category,
        true as is_category_total,
        users,
        rebooked
    from cohorts
),

counts as (
    select
        lens,
        cohort,
        tier,
        tier_category,
        is_category_total,
        cast(sum(users) as bigint) as total_users_w_sessions,
        cast(sum(rebooked) as bigint) as rebooked_count
    from groups
    group by lens, cohort, tier, tier_category, is_category_total
),

rates as (
    select
        *,
        {{ rate_pct('rebooked_count', 'total_users_w_sessions') }} as rebooking_rate_pct,
        {{ interval_pct('rebooked_count', 'total_users_w_sessions') }}
    from counts
)

select * from rates
