with

sessions as (
    select * from {{ ref('fct_sessions') }}
),

bookings as (
    select * from {{ ref('fct_bookings') }}
),

observation as (
    select * from {{ ref('dim_observation') }}
),

confirmed as (
    select * from bookings
    where status = 'confirmed'
),

first_sessions as (
    select
        user_id,
        mentor_id,
        started_at as first_item_at,
        tier,
        tier_category
    from sessions
    where user_session_number = 1
),

first_bookings as (
    select
        user_id,
        min_by(mentor_id, user_request_number) as mentor_id,
        min_by(requested_at, user_request_number) as first_item_at,
        min_by(tier, user_request_number) as tier,
        min_by(tier_category, user_request_number) as tier_category
    from confirmed
    group by user_id
),

-- A join for each lens: by the user alone, and only later items are grouped.
next_sessions as (
    select
        first_sessions.user_id,
        min(sessions.started_at) as next_item_at,
        min_by(sessions.mentor_id, sessions.user_session_number) as next_mentor_id
    from first_sessions
    inner join sessions
        on
            first_sessions.user_id = sessions.user_id
            and first_sessions.first_item_at < sessions.started_at
    group by first_sessions.user_id
),

next_bookings as (
    select
        first_bookings.user_id,
        min(confirmed.requested_at) as next_item_at,
        min_by(confirmed.mentor_id, confirmed.user_request_number) as next_mentor_id
    from first_bookings
    inner join confirmed
        on
            first_bookings.user_id = confirmed.user_id
            and first_bookings.first_item_at < confirmed.requested_at
    group by first_bookings.user_id
),

next_requests as (
    select
        first_sessions.user_id,
        min(bookings.requested_at) as next_item_at,
        min_by(bookings.mentor_id, bookings.user_request_number) as next_mentor_id
    from first_sessions
    inner join bookings
        on
            first_sessions.user_id = bookings.user_id
            and first_sessions.first_item_at < bookings.requested_at
    group by first_sessions.user_id
),

items as (
    select
        'sessions' as lens,
        first_sessions.*,
        next_sessions.next_item_at,
        next_sessions.next_mentor_id
    from first_sessions
    left join next_sessions
        on first_sessions.user_id = next_sessions.user_id

    union all

    select
        'bookings' as lens,
        first_bookings.*,
        next_bookings.next_item_at,
        next_bookings.next_mentor_id
    from first_bookings
    left join next_bookings
        on first_bookings.user_id = next_bookings.user_id

    union all

    select
        'intent' as lens,
        first_sessions.*,
        next_requests.next_item_at,
        next_requests.next_mentor_id
    from first_sessions
    left join next_requests
        on first_sessions.user_id = next_requests.user_id
),

windows as (
    select
        *,
        first_item_at + interval '{{ var("rebooking_window_days") }}' day
            as window_end_at
    from items
),

rebookings as (
    select
        windows.lens,
        windows.user_id,
        windows.mentor_id,
        windows.first_item_at,
        windows.next_item_at,
        windows.next_mentor_id,
        windows.window_end_at,
        -- A part of a day counts as a day.
        cast(
            ceil(
                {{ microseconds_between('windows.first_item_at', 'windows.next_item_at') }} / 86400000000.0
            ) as bigint
        ) as days_to_return,
        coalesce(windows.next_item_at <= windows.window_end_at, false)
            as is_rebooked,
        windows.window_end_at <= observation.observation_end as is_mature,
        windows.tier,
        windows.tier_category
    from windows
    cross join observation
)

select * from rebookings
