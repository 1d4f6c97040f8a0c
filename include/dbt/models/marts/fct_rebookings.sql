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

items as (
    select
        'sessions' as lens,
        user_id,
        event_number,
        started_at as item_at,
        tier,
        tier_category,
    from sessions

    union all

    select
        'bookings' as lens,
        user_id,
        event_number,
        requested_at as item_at,
        tier,
        tier_category,
    from bookings
    where status = 'confirmed'
),

numbered as (
    select
        *,
        row_number() over (
            partition by lens, user_id
            order by event_number
        ) as item_number,
        lead(item_at) over (
            partition by lens, user_id
            order by event_number
        ) as next_item_at,
    from items
),

first_items as (
    select
        lens,
        user_id,
        item_at as first_item_at,
        next_item_at,
        {{ dbt.dateadd('day', var('rebooking_window_days'), 'item_at') }}
            as window_end_at,
        tier,
        tier_category,
    from numbered
    where item_number = 1
),

intents as (
    select
        first_items.user_id,
        min(bookings.requested_at) as next_item_at,
    from first_items
    inner join bookings
        on
            first_items.user_id = bookings.user_id
            and first_items.first_item_at < bookings.requested_at
    where first_items.lens = 'sessions'
    group by first_items.user_id
),

lenses as (
    select * from first_items

    union all

    select
        'intent' as lens,
        first_items.user_id,
        first_items.first_item_at,
        intents.next_item_at,
        first_items.window_end_at,
        first_items.tier,
        first_items.tier_category,
    from first_items
    left join intents
        on first_items.user_id = intents.user_id
    where first_items.lens = 'sessions'
),

rebookings as (
    select
        lenses.lens,
        lenses.user_id,
        lenses.first_item_at,
        lenses.next_item_at,
        lenses.window_end_at,
        coalesce(lenses.next_item_at <= lenses.window_end_at, false)
            as is_rebooked,
        lenses.window_end_at <= observation.observation_end as is_mature,
        lenses.tier,
        lenses.tier_category,
    from lenses
    cross join observation
)

select * from rebookings
