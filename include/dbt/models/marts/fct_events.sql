with

events as (
    select * from {{ ref('stg_events') }}
),

pairs as (
    select
        user_id,
        mentor_id,
        count(*) as events_of_pair,
    from events
    group by user_id, mentor_id

    {{ except_known_pairs() }}
),

ordered as (
    select
        events.event_id,
        events.user_id,
        events.mentor_id,
        events.event_type,
        events.occurred_at,
        pairs.events_of_pair,
        row_number() over (
            partition by events.user_id, events.mentor_id
            order by events.occurred_at, events.load_id, events.row_number
        ) as event_number,
    from events
    inner join pairs
        on
            events.user_id = pairs.user_id
            and events.mentor_id = pairs.mentor_id
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
        events_of_pair,
    from ended
)

select * from judged
