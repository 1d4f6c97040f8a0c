with

events as (
    select * from {{ ref('int_events') }}
    {{ of_new_loads('last_load_id') }}
),

requests as (
    select
        user_id,
        mentor_id,
        request_number,
        max(case when event_type = 'booking_requested' then event_id end) as booking_id,
        max(case when event_type = 'booking_requested' then event_number end) as event_number,
        max(case when event_type = 'booking_requested' then occurred_at end) as requested_at,
        max_by(event_type, event_number) filter (where event_type <> 'booking_requested') as decision,
        max_by(occurred_at, event_number) filter (where event_type <> 'booking_requested') as decided_at,
        max(case when event_type = 'booking_requested' then load_id end) as load_id,
        max(case when event_type = 'booking_requested' then row_number end) as row_number,
        max(last_load_id) as last_load_id
    from events
    where
        request_number > 0
        and event_type in ('booking_requested', 'booking_confirmed', 'booking_cancelled')
    group by user_id, mentor_id, request_number
),

decided as (
    select
        booking_id,
        user_id,
        mentor_id,
        request_number,
        event_number,
        requested_at,
        case
            when decision = 'booking_confirmed' then 'confirmed'
            when decision = 'booking_cancelled' then 'cancelled'
            else 'pending'
        end as status,
        decided_at,
        lead(request_number) over (
            partition by user_id, mentor_id
            order by request_number
        ) is not null as is_requested_again,
        load_id,
        row_number,
        last_load_id
    from requests
)

select * from decided
