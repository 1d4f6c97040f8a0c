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
        count(*) as events
    from events
    group by user_id
),

bookings_of_users as (
    select
        user_id,
        count(*) as requests,
        count(case when status = 'confirmed' then 1 end) as confirmed,
        count(case when status = 'cancelled' then 1 end) as cancelled,
        count(case when outcome = 'pending' then 1 end) as pending,
        count(case when outcome = 'upcoming' then 1 end) as upcoming,
        max(requested_at) as last_requested_at
    from bookings
    group by user_id
),

sessions_of_users as (
    select
        user_id,
        count(*) as sessions,
        -- A pair's first session brings its mentor.
        count(case when session_number = 1 then 1 end) as mentors,
        min(started_at) as first_session_at,
        max(started_at) as last_session_at,
        max_by(mentor_id, user_session_number) as last_mentor_id,
        max_by(tier, user_session_number) as last_tier
    from sessions
    group by user_id
),

everyone as (
    select
        coalesce(users.user_id, events_of_users.user_id) as user_id,
        users.company_id,
        users.account_status,
        events_of_users.events
    from users
    full outer join events_of_users
        on users.user_id = events_of_users.user_id
),

activity as (
    select
        everyone.user_id,
        everyone.company_id,
        coalesce(everyone.account_status, 'unlisted') as account_status,
        coalesce(everyone.events, 0) as events,
        coalesce(bookings_of_users.requests, 0) as requests,
        coalesce(bookings_of_users.confirmed, 0) as confirmed,
        coalesce(bookings_of_users.cancelled, 0) as cancelled,
        coalesce(bookings_of_users.pending, 0) as pending,
        coalesce(bookings_of_users.upcoming, 0) as upcoming,
        bookings_of_users.last_requested_at,
        coalesce(sessions_of_users.sessions, 0) as sessions,
        coalesce(sessions_of_users.mentors, 0) as mentors,
        sessions_of_users.first_session_at,
        sessions_of_users.last_session_at,
        sessions_of_users.last_mentor_id,
        sessions_of_users.last_tier,
        coalesce(everyone.account_status = 'active', false) and everyone.events is null
            as is_dormant,
        everyone.events is not null and sessions_of_users.sessions is null
            as is_without_session,
        coalesce(
            everyone.account_status = 'active'
            and sessions_of_users.last_session_at + interval '{{ var("rebooking_window_days") }}' day
            >= observation.observation_end,
            false
        )
        and coalesce(bookings_of_users.pending + bookings_of_users.upcoming, 0) = 0 as is_at_risk
    from everyone
    cross join observation
    left join bookings_of_users
        on everyone.user_id = bookings_of_users.user_id
    left join sessions_of_users
        on everyone.user_id = sessions_of_users.user_id
)

select * from activity
