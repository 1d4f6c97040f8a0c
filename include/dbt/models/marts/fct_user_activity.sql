with

users as (
    select * from {{ ref('dim_users') }}
),

user_items as (
    select * from {{ ref('fct_user_items') }}
),

observation as (
    select * from {{ ref('int_observation') }}
),

activity as (
    select
        coalesce(users.user_id, user_items.user_id) as user_id,
        users.company_id,
        coalesce(users.account_status, 'unlisted') as account_status,
        coalesce(user_items.events, 0) as events,
        coalesce(user_items.requests, 0) as requests,
        coalesce(user_items.confirmed, 0) as confirmed,
        coalesce(user_items.cancelled, 0) as cancelled,
        coalesce(user_items.pending, 0) as pending,
        coalesce(user_items.upcoming, 0) as upcoming,
        user_items.last_requested_at,
        coalesce(user_items.sessions, 0) as sessions,
        coalesce(user_items.mentors, 0) as mentors,
        user_items.first_session_at,
        user_items.last_session_at,
        user_items.last_session_mentor_id as last_mentor_id,
        user_items.last_session_tier as last_tier,
        coalesce(users.account_status = 'active', false) and user_items.user_id is null
            as is_dormant,
        coalesce(user_items.sessions = 0, false) as is_without_session,
        coalesce(
            users.account_status = 'active'
            and user_items.last_session_at + interval '{{ var("rebooking_window_days") }}' day
            >= observation.observation_end,
            false
        )
        and coalesce(user_items.pending + user_items.upcoming, 0) = 0 as is_at_risk
    from users
    full outer join user_items
        on users.user_id = user_items.user_id
    cross join observation
)

select * from activity
