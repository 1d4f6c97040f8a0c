with

user_items as (
    select * from {{ ref('fct_user_items') }}
),

observation as (
    select * from {{ ref('int_observation') }}
),

items as (
    select
        'sessions' as lens,
        user_id,
        first_session_mentor_id as mentor_id,
        first_session_at as first_item_at,
        next_session_at as next_item_at,
        next_session_mentor_id as next_mentor_id,
        first_session_tier as tier,
        first_session_tier_category as tier_category
    from user_items

    union all

    select
        'bookings' as lens,
        user_id,
        first_booking_mentor_id as mentor_id,
        first_booking_at as first_item_at,
        next_booking_at as next_item_at,
        next_booking_mentor_id as next_mentor_id,
        first_booking_tier as tier,
        first_booking_tier_category as tier_category
    from user_items

    union all

    select
        'intent' as lens,
        user_id,
        first_session_mentor_id as mentor_id,
        first_session_at as first_item_at,
        next_request_at as next_item_at,
        next_request_mentor_id as next_mentor_id,
        first_session_tier as tier,
        first_session_tier_category as tier_category
    from user_items
),

windows as (
    select
        *,
        first_item_at + interval '{{ var("rebooking_window_days") }}' day
            as window_end_at
    from items
    where first_item_at is not null
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
