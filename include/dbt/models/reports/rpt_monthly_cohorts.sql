with

rebookings as (
    select * from {{ ref('fct_rebookings') }}
),

counts as (
    select
        cast({{ date_trunc('month', 'first_item_at') }} as date) as cohort_month,
        tier_category,
        count(*) as users,
        count(case when is_rebooked then 1 end) as rebooked,
        count(case when not is_mature then 1 end) = 0 as is_mature
    from rebookings
    where lens = 'sessions'
    group by cohort_month, tier_category
),

cohorts as (
    select
        cohort_month,
        tier_category,
        users,
        rebooked,
        {{ rate_pct('rebooked', 'users') }} as rate_pct,
        {{ interval_pct('rebooked', 'users') }},
        is_mature,
        users < {{ var('few_users') }} as is_small
    from counts
)

select * from cohorts
