with

events as (
    select * from {{ ref('fct_events') }}
),

requests as (
    select * from {{ ref('fct_requests') }}
),

pairs as (
    select distinct
        user_id,
        mentor_id,
        events_of_pair,
    from events
    where session_number > 0

    {{ except_known_pairs() }}
),

sessions as (
    select
        events.user_id,
        events.mentor_id,
        events.session_number,
        events.events_of_pair,
        max(case when events.event_type = 'session_started' then events.event_id end)
            as session_id,
        max(case when events.event_type = 'session_started' then events.event_number end)
            as event_number,
        max(case when events.event_type = 'session_started' then events.occurred_at end)
            as started_at,
        min(case when events.event_type = 'session_ended' then events.occurred_at end)
            as recorded_end_at,
    from events
    inner join pairs
        on
            events.user_id = pairs.user_id
            and events.mentor_id = pairs.mentor_id
    where events.session_number > 0
    group by events.user_id, events.mentor_id, events.session_number, events.events_of_pair
),

-- Confirmed requests and sessions of a pair in one line, so that each session sees the last one before it.
in_line as (
    select
        requests.user_id,
        requests.mentor_id,
        requests.event_number,
        requests.event_number as request_event_number,
        cast(null as varchar) as session_id,
    from requests
    inner join pairs
        on
            requests.user_id = pairs.user_id
            and requests.mentor_id = pairs.mentor_id
    where requests.status = 'confirmed'

    union all

    select
        user_id,
        mentor_id,
        event_number,
        null as request_event_number,
        session_id,
    from sessions
),

preceded as (
    select
        user_id,
        mentor_id,
        event_number,
        session_id,
        max(request_event_number) over (
            partition by user_id, mentor_id
            order by event_number
            rows between unbounded preceding and current row
        ) as request_event_number,
    from in_line
),

ranked as (
    select
        session_id,
        user_id,
        mentor_id,
        request_event_number,
        row_number() over (
            partition by user_id, mentor_id, request_event_number
            order by event_number
        ) as place_after_request,
    from preceded
    where session_id is not null
),

linked as (
    select
        ranked.session_id,
        requests.booking_id,
    from ranked
    inner join requests
        on
            ranked.user_id = requests.user_id
            and ranked.mentor_id = requests.mentor_id
            and ranked.request_event_number = requests.event_number
    where ranked.place_after_request = 1
),

recorded as (
    select
        sessions.session_id,
        sessions.user_id,
        sessions.mentor_id,
        sessions.session_number,
        sessions.event_number,
        linked.booking_id,
        sessions.started_at,
        sessions.recorded_end_at,
        lead(sessions.started_at) over (
            partition by sessions.user_id, sessions.mentor_id
            order by sessions.session_number
        ) as next_started_at,
        sessions.events_of_pair,
    from sessions
    left join linked
        on sessions.session_id = linked.session_id
)

select * from recorded
