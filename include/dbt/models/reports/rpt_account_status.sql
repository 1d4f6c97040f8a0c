with

rebookings as (
    select * from {{ ref('fct_rebookings') }}
),

activity as (
    select * from {{ ref('fct_user_activity') }}
),

counts as (
    select
        rebookings.tier_category,
        activity.account_status,
        count(*) as users,
        count(case when rebookings.is_rebooked then 1 end) as rebooked
    from rebookings
    inner join activity
        on rebookings.user_id = activity.user_id
    where rebookings.lens = 'sessions'
    group by rebookings.tier_category, activity.account_status
),

totals as (
    select
        tier_category,
        sum(users) as users_of_category
    from counts
    group by tier_category
),

statuses as (
    select
        counts.tier_category,
        counts.account_status,
        counts.users,
        {{ rate_pct('counts.users', 'totals.users_of_category') }} as share_pct,
        counts.rebooked,
        {{ rate_pct('counts.rebooked', 'counts.users') }} as rate_pct,
        {{ interval_pct('counts.rebooked', 'counts.users') }},
        counts.users < {{ var('few_users') }} as is_small
    from counts
    inner join totals
        on counts.tier_category = totals.tier_category
)

select * from statuses
