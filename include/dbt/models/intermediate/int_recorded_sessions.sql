with

events as (
    select * from {{ ref('int_events') }}
    {{ of_new_loads('last_load_id') }}
),

requests as (
    select * from {{ ref('int_requests') }}
    {{ of_new_loads('last_load_id') }}
),

sessions as (
    select
        user_id,
        mentor_id,
        session_number,
        max(case when event_type = 'session_started' then event_id end) as session_id,
        max(case when event_type = 'session_started' then event_number end) as event_number,
        max(case when event_type = 'session_started' then occurred_at end) as started_at,
        min(case when event_type = 'session_ended' then occurred_at end) as recorded_end_at,
        max(case when event_type = 'session_started' then load_id end) as load_id,
        max(case when event_type = 'session_started' then row_number end) as row_number,
        max(last_load_id) as last_load_id
    from events
    where
        session_number > 0
        and event_type in ('session_started', 'session_ended')
    group by user_id, mentor_id, session_number
),

-- Confirmed requests and sessions of a pair in one line: a session that follows a request is its first one.
in_line as (
    select
        user_id,
        mentor_id,
        event_number,
        booking_id,
        cast(null as string) as session_id,
        cast(null as bigint) as session_number,
        cast(null as timestamp) as started_at,
        cast(null as timestamp) as recorded_end_at,
        cast(null as integer) as load_id,
        cast(null as bigint) as row_number,
        last_load_id
    from requests
    where status = 'confirmed'

    union all

    select
        user_id,
        mentor_id,
        event_number,
        null as booking_id,
        session_id,
        session_number,
        started_at,
        recorded_end_at,
        load_id,
        row_number,
        last_load_id
    from sessions
),

followed as (
    select
        session_id,
        user_id,
        mentor_id,
        session_number,
        event_number,
        lag(booking_id) over (
            partition by user_id, mentor_id
            order by event_number
        ) as booking_id,
        started_at,
        recorded_end_at,
        {{ ignoring_nulls('lead', 'started_at') }} over (
            partition by user_id, mentor_id
            order by event_number
        ) as next_started_at,
        load_id,
        row_number,
        last_load_id
    from in_line
),

recorded as (
    select * from followed
    where session_id is not null
)

select * from recorded
