with

events as (
    select * from {{ ref('stg_events') }}
),

ordered as (
    select
        event_id,
        user_id,
        mentor_id,
        event_type,
        occurred_at,
        row_number() over (
            partition by user_id
            order by occurred_at, load_id, row_number
        ) as event_number,
    from events
),

counted as (
    select
        *,
        count(case when event_type = 'booking_requested' then 1 end) over (
            partition by user_id, mentor_id
            order by event_number
            rows between unbounded preceding and current row
        ) as request_number,
        count(case when event_type = 'session_started' then 1 end) over (
            partition by user_id, mentor_id
            order by event_number
            rows between unbounded preceding and current row
        ) as session_number,
    from ordered
),

ended as (
    select
        *,
        count(case when event_type = 'session_ended' then 1 end) over (
            partition by user_id, mentor_id, session_number
            order by event_number
            rows between unbounded preceding and current row
        ) as end_number,
    from counted
),

judged as (
    select
        event_id,
        user_id,
        mentor_id,
        event_type,
        occurred_at,
        event_number,
        request_number,
        session_number,
        case
            when event_type = 'booking_confirmed' and request_number = 0
                then 'confirmation_without_request'
            when event_type = 'booking_cancelled' and request_number = 0
                then 'cancellation_without_request'
            when event_type = 'session_ended' and session_number = 0
                then 'end_without_start'
            when event_type = 'session_ended' and end_number > 1
                then 'second_end'
        end as anomaly,
    from ended
)

select * from judged
