with

users as (
    select * from {{ ref('dim_users') }}
),

events as (
    select * from {{ ref('fct_events') }}
),

bookings as (
    select * from {{ ref('fct_bookings') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
),

observation as (
    select * from {{ ref('dim_observation') }}
),

events_of_users as (
    select
        user_id,
        count(*) as events,
    from events
    group by user_id
),

bookings_of_users as (
    select
        user_id,
        count(*) as requests,
        count(case when status = 'confirmed' then 1 end) as confirmed,
        count(case when status = 'cancelled' then 1 end) as cancelled,
        max(requested_at) as last_requested_at,
    from bookings
    group by user_id
),

sessions_of_users as (
    select
        user_id,
        count(*) as sessions,
        count(distinct mentor_id) as mentors,
        min(started_at) as first_session_at,
        max(started_at) as last_session_at,
        max(user_session_number) as last_session_number,
    from sessions
    group by user_id
),

everyone as (
    select user_id from users
    union distinct
    select user_id from events_of_users
),

activity as (
    select
        everyone.user_id,
        users.company_id,
        coalesce(users.account_status, 'unlisted') as account_status,
        coalesce(events_of_users.events, 0) as events,
        coalesce(bookings_of_users.requests, 0) as requests,
        coalesce(bookings_of_users.confirmed, 0) as confirmed,
        coalesce(bookings_of_users.cancelled, 0) as cancelled,
        bookings_of_users.last_requested_at,
        coalesce(sessions_of_users.sessions, 0) as sessions,
        coalesce(sessions_of_users.mentors, 0) as mentors,
        sessions_of_users.first_session_at,
        sessions_of_users.last_session_at,
        last_sessions.mentor_id as last_mentor_id,
        last_sessions.tier as last_tier,
        coalesce(users.account_status = 'active', false) and events_of_users.events is null
            as is_dormant,
        events_of_users.events is not null and sessions_of_users.sessions is null
            as is_without_session,
        coalesce(
            sessions_of_users.last_session_at + interval '{{ var("at_risk_days") }}' day
            <= observation.observation_end
            and coalesce(
                bookings_of_users.last_requested_at <= sessions_of_users.last_session_at, true
            ),
            false
        ) as is_at_risk,
    from everyone
    cross join observation
    left join users
        on everyone.user_id = users.user_id
    left join events_of_users
        on everyone.user_id = events_of_users.user_id
    left join bookings_of_users
        on everyone.user_id = bookings_of_users.user_id
    left join sessions_of_users
        on everyone.user_id = sessions_of_users.user_id
    left join sessions as last_sessions
        on
            sessions_of_users.user_id = last_sessions.user_id
            and sessions_of_users.last_session_number = last_sessions.user_session_number
)

select * from activity
