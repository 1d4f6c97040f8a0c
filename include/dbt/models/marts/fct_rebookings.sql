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

numbered as (
    select
        'sessions' as lens,
        user_id,
        mentor_id,
        started_at as first_item_at,
        tier,
        tier_category,
        user_session_number as item_number,
    from sessions

    union all

    select
        'bookings' as lens,
        user_id,
        mentor_id,
        requested_at as first_item_at,
        tier,
        tier_category,
        row_number() over (
            partition by user_id
            order by user_request_number
        ) as item_number,
    from bookings
    where status = 'confirmed'
),

first_items as (
    select
        lens,
        user_id,
        mentor_id,
        first_item_at,
        tier,
        tier_category,
    from numbered
    where item_number = 1

    union all

    select
        'intent' as lens,
        user_id,
        mentor_id,
        first_item_at,
        tier,
        tier_category,
    from numbered
    where
        lens = 'sessions'
        and item_number = 1
),

later_items as (
    select
        'sessions' as lens,
        user_id,
        started_at as item_at,
    from sessions

    union all

    select
        'bookings' as lens,
        user_id,
        requested_at as item_at,
    from bookings
    where status = 'confirmed'

    union all

    select
        'intent' as lens,
        user_id,
        requested_at as item_at,
    from bookings
),

next_items as (
    select
        first_items.lens,
        first_items.user_id,
        min(later_items.item_at) as next_item_at,
    from first_items
    inner join later_items
        on
            first_items.lens = later_items.lens
            and first_items.user_id = later_items.user_id
            and first_items.first_item_at < later_items.item_at
    group by first_items.lens, first_items.user_id
),

windows as (
    select
        first_items.lens,
        first_items.user_id,
        first_items.mentor_id,
        first_items.first_item_at,
        next_items.next_item_at,
        first_items.first_item_at + interval '{{ var("rebooking_window_days") }}' day
            as window_end_at,
        first_items.tier,
        first_items.tier_category,
    from first_items
    left join next_items
        on
            first_items.lens = next_items.lens
            and first_items.user_id = next_items.user_id
),

rebookings as (
    select
        windows.lens,
        windows.user_id,
        windows.mentor_id,
        windows.first_item_at,
        windows.next_item_at,
        windows.window_end_at,
        -- A part of a day counts as a day.
        cast(
            ceil(
                {{ datediff('windows.first_item_at', 'windows.next_item_at', 'microsecond') }} / 86400000000.0
            ) as bigint
        ) as days_to_return,
        coalesce(windows.next_item_at <= windows.window_end_at, false)
            as is_rebooked,
        windows.window_end_at <= observation.observation_end as is_mature,
        windows.tier,
        windows.tier_category,
    from windows
    cross join observation
)

select * from rebookings
