{% set window = "interval '" ~ var("rebooking_window_days") ~ "' day" %}
with

user_items as (
    select * from {{ ref('fct_user_items') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
),

users as (
    select * from {{ ref('dim_users') }}
),

first_sessions as (
    select
        user_id,
        first_session_mentor_id as mentor_id,
        first_session_tier as tier,
        first_session_at,
        next_session_at,
        third_session_at,
        first_request_status,
        coalesce(next_session_at <= first_session_at + {{ window }}, false) as is_rebooked
    from user_items
    where first_session_at is not null
),

other_windows as (
    select
        'window_' || cast(windows.days as string) || 'd' as reading,
        first_sessions.mentor_id,
        first_sessions.tier,
        coalesce(
            first_sessions.next_session_at
            <= first_sessions.first_session_at + windows.days * interval '1' day,
            false
        ) as is_rebooked
    from first_sessions
    cross join (values (14), (60), (90)) as windows (days)
),

recorded_ends_only as (
    select
        'recorded_ends_only' as reading,
        first_recorded_session_mentor_id as mentor_id,
        first_recorded_session_tier as tier,
        coalesce(next_recorded_session_at <= first_recorded_session_at + {{ window }}, false) as is_rebooked
    from user_items
    where first_recorded_session_at is not null
),

active_users_only as (
    select
        'active_users_only' as reading,
        first_sessions.mentor_id,
        first_sessions.tier,
        first_sessions.is_rebooked
    from first_sessions
    inner join users
        on first_sessions.user_id = users.user_id
    where users.account_status = 'active'
),

first_request_not_cancelled as (
    select
        'first_request_not_cancelled' as reading,
        mentor_id,
        tier,
        is_rebooked
    from first_sessions
    where first_request_status <> 'cancelled'
),

per_session as (
    select
        'per_session' as reading,
        mentor_id,
        tier,
        coalesce(user_next_started_at <= started_at + {{ window }}, false) as is_rebooked
    from sessions
),

third_session as (
    select
        'third_session' as reading,
        mentor_id,
        tier,
        coalesce(third_session_at <= first_session_at + {{ window }}, false) as is_rebooked
    from first_sessions
),

from_first_request as (
    select
        'from_first_request' as reading,
        first_request_mentor_id as mentor_id,
        first_request_tier as tier,
        coalesce(next_session_at <= first_session_at + {{ window }}, false) as is_rebooked
    from user_items
    where requests > 0
),

items as (
    select * from other_windows
    union all
    select * from recorded_ends_only
    union all
    select * from active_users_only
    union all
    select * from first_request_not_cancelled
    union all
    select * from per_session
    union all
    select * from third_session
    union all
    select * from from_first_request
),

readings as (
    select
        reading,
        mentor_id,
        tier,
        count(*) as items,
        count(case when is_rebooked then 1 end) as rebooked
    from items
    group by reading, mentor_id, tier
)

select * from readings
