{# Users for whom an argument of this model changed, so that their rows are rebuilt as a whole. #}
{% set touched -%}
stored_tiers as (
    {% for item in ['first_session', 'last_session', 'first_recorded_session', 'first_request', 'first_booking'] -%}
    select
        user_id,
        {{ item }}_mentor_id as mentor_id,
        {{ item }}_at as occurred_at,
        {{ item }}_tier as tier
    from {{ this }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

touched as (
    select user_id
    from events
    where {{ is_of_a_new_load('last_load_id') }}

    union distinct

    {{ users_with_another_tier('stored_tiers', 'mentor_periods', 'occurred_at') }}

    union distinct

    -- The observation end may have made no-shows of them.
    select present.user_id
    from {{ this }} as present
    where present.upcoming > 0
),
{%- endset %}
with

events as (
    select * from {{ ref('int_events') }}
),

bookings as (
    select * from {{ ref('fct_bookings') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
),

mentor_periods as (
    select * from {{ ref('dim_mentor_periods') }}
),

{{ touched if is_incremental() }}

events_of_users as (
    select
        user_id,
        count(*) as events,
        max(last_load_id) as last_load_id
    from events
    {{ of_touched_users() }}
    group by user_id
),

sessions_of_users as (
    select
        user_id,
        count(*) as sessions,
        -- A pair's first session brings its mentor.
        count(case when session_number = 1 then 1 end) as mentors,
        min(started_at) as first_session_at,
        min_by(mentor_id, user_session_number) as first_session_mentor_id,
        min_by(tier, user_session_number) as first_session_tier,
        min_by(tier_category, user_session_number) as first_session_tier_category,
        min(started_at) filter (where user_start_number = 2) as next_session_at,
        min_by(mentor_id, user_session_number) filter (where user_start_number = 2)
            as next_session_mentor_id,
        min(started_at) filter (where user_start_number = 3) as third_session_at,
        max(started_at) as last_session_at,
        max_by(mentor_id, user_session_number) as last_session_mentor_id,
        max_by(tier, user_session_number) as last_session_tier,
        min(started_at) filter (where not is_end_imputed) as first_recorded_session_at,
        min_by(mentor_id, user_session_number) filter (where not is_end_imputed)
            as first_recorded_session_mentor_id,
        min_by(tier, user_session_number) filter (where not is_end_imputed)
            as first_recorded_session_tier
    from sessions
    {{ of_touched_users() }}
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
        min(requested_at) as first_request_at,
        min_by(mentor_id, user_request_number) as first_request_mentor_id,
        min_by(tier, user_request_number) as first_request_tier,
        min_by(status, user_request_number) as first_request_status,
        max(requested_at) as last_requested_at,
        min(requested_at) filter (where status = 'confirmed') as first_booking_at,
        min_by(mentor_id, user_request_number) filter (where status = 'confirmed')
            as first_booking_mentor_id,
        min_by(tier, user_request_number) filter (where status = 'confirmed') as first_booking_tier,
        min_by(tier_category, user_request_number) filter (where status = 'confirmed')
            as first_booking_tier_category
    from bookings
    {{ of_touched_users() }}
    group by user_id
),

-- Next is strictly later, with any mentor.
next_recorded_sessions as (
    select
        sessions.user_id,
        min(sessions.started_at) as next_recorded_session_at
    from sessions_of_users
    inner join sessions
        on
            sessions_of_users.user_id = sessions.user_id
            and sessions_of_users.first_recorded_session_at < sessions.started_at
    where not sessions.is_end_imputed
    group by sessions.user_id
),

next_bookings as (
    select
        bookings.user_id,
        min(bookings.requested_at) as next_booking_at,
        min_by(bookings.mentor_id, bookings.user_request_number) as next_booking_mentor_id
    from bookings_of_users
    inner join bookings
        on
            bookings_of_users.user_id = bookings.user_id
            and bookings_of_users.first_booking_at < bookings.requested_at
    where bookings.status = 'confirmed'
    group by bookings.user_id
),

next_requests as (
    select
        bookings.user_id,
        min(bookings.requested_at) as next_request_at,
        min_by(bookings.mentor_id, bookings.user_request_number) as next_request_mentor_id
    from sessions_of_users
    inner join bookings
        on
            sessions_of_users.user_id = bookings.user_id
            and sessions_of_users.first_session_at < bookings.requested_at
    group by bookings.user_id
),

user_items as (
    select
        events_of_users.user_id,
        events_of_users.events,
        coalesce(bookings_of_users.requests, 0) as requests,
        coalesce(bookings_of_users.confirmed, 0) as confirmed,
        coalesce(bookings_of_users.cancelled, 0) as cancelled,
        coalesce(bookings_of_users.pending, 0) as pending,
        coalesce(bookings_of_users.upcoming, 0) as upcoming,
        coalesce(sessions_of_users.sessions, 0) as sessions,
        coalesce(sessions_of_users.mentors, 0) as mentors,
        sessions_of_users.first_session_at,
        sessions_of_users.first_session_mentor_id,
        sessions_of_users.first_session_tier,
        sessions_of_users.first_session_tier_category,
        sessions_of_users.next_session_at,
        sessions_of_users.next_session_mentor_id,
        sessions_of_users.third_session_at,
        sessions_of_users.last_session_at,
        sessions_of_users.last_session_mentor_id,
        sessions_of_users.last_session_tier,
        sessions_of_users.first_recorded_session_at,
        sessions_of_users.first_recorded_session_mentor_id,
        sessions_of_users.first_recorded_session_tier,
        next_recorded_sessions.next_recorded_session_at,
        bookings_of_users.first_request_at,
        bookings_of_users.first_request_mentor_id,
        bookings_of_users.first_request_tier,
        bookings_of_users.first_request_status,
        bookings_of_users.last_requested_at,
        next_requests.next_request_at,
        next_requests.next_request_mentor_id,
        bookings_of_users.first_booking_at,
        bookings_of_users.first_booking_mentor_id,
        bookings_of_users.first_booking_tier,
        bookings_of_users.first_booking_tier_category,
        next_bookings.next_booking_at,
        next_bookings.next_booking_mentor_id,
        events_of_users.last_load_id
    from events_of_users
    left join sessions_of_users
        on events_of_users.user_id = sessions_of_users.user_id
    left join bookings_of_users
        on events_of_users.user_id = bookings_of_users.user_id
    left join next_recorded_sessions
        on events_of_users.user_id = next_recorded_sessions.user_id
    left join next_bookings
        on events_of_users.user_id = next_bookings.user_id
    left join next_requests
        on events_of_users.user_id = next_requests.user_id
)

select * from user_items
