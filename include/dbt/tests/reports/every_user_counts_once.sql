-- Over all tiers, the headline counts each user with a session once, and no group has more users who rebooked
-- than users.
with

rates as (
    select * from {{ ref('rpt_rebooking') }}
),

headline as (
    select coalesce(sum(total_users_w_sessions), 0) as users_counted
    from rates
    where
        lens = 'sessions'
        and cohort = 'all'
        and not is_category_total
),

users as (
    select count(distinct user_id) as users_w_sessions
    from {{ ref('fct_sessions') }}
)

select
    'headline' as tier,
    headline.users_counted,
    users.users_w_sessions
from headline
cross join users
where headline.users_counted <> users.users_w_sessions

union all

select
    tier,
    rebooked_count,
    total_users_w_sessions
from rates
where rebooked_count > total_users_w_sessions
