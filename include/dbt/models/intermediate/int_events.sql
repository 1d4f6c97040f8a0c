with

events as (
    select * from {{ ref('stg_events') }}
),

-- One sort for all of them: the windows differ in their frames alone.
counted as (
    select
        event_id,
        user_id,
        mentor_id,
        event_type,
        occurred_at,
        load_id,
        row_number,
        cast(row_number() over so_far as bigint) as event_number,
        count(case when event_type = 'booking_requested' then 1 end) over so_far as request_number,
        count(case when event_type = 'session_started' then 1 end) over so_far as session_number,
        {{ ignoring_nulls(
            'last_value', "case when event_type in ('session_started', 'session_ended') then event_type end"
        ) }} over (
            partition by user_id, mentor_id
            order by occurred_at, load_id, row_number
            rows between unbounded preceding and 1 preceding
        ) as last_of_session,
        max(load_id) over (
            partition by user_id, mentor_id
            order by occurred_at, load_id, row_number
            rows between unbounded preceding and unbounded following
        ) as last_load_id
    from events
    {{ of_pairs_of_new_loads('events') }}
    window so_far as (
        partition by user_id, mentor_id
        order by occurred_at, load_id, row_number
        rows between unbounded preceding and current row
    )
),

judged as (
    select
        event_id,
        user_id,
        mentor_id,
        event_type,
        occurred_at,
        load_id,
        row_number,
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
            when event_type = 'session_ended' and last_of_session = 'session_ended'
                then 'second_end'
        end as anomaly,
        last_load_id
    from counted
)

select * from judged
