with

events as (
    select * from {{ ref('fct_events') }}
),

requests as (
    select * from {{ ref('fct_requests') }}
),

mentor_periods as (
    select * from {{ ref('dim_mentor_periods') }}
),

sessions as (
    select
        user_id,
        mentor_id,
        session_number,
        max(case when event_type = 'session_started' then event_id end)
            as session_id,
        max(case when event_type = 'session_started' then event_number end)
            as event_number,
        max(case when event_type = 'session_started' then occurred_at end)
            as started_at,
        min(case when event_type = 'session_ended' then occurred_at end)
            as recorded_end_at,
    from events
    where session_number > 0
    group by user_id, mentor_id, session_number
),

followed as (
    select
        *,
        lead(started_at) over (
            partition by user_id, mentor_id
            order by session_number
        ) as next_started_at,
        started_at + interval '{{ var("session_default_minutes") }}' minute
            as default_end_at,
    from sessions
),

ended as (
    select
        session_id,
        user_id,
        mentor_id,
        session_number,
        event_number,
        started_at,
        case
            when recorded_end_at is not null then recorded_end_at
            when next_started_at < default_end_at then next_started_at
            else default_end_at
        end as ended_at,
        recorded_end_at is null as is_end_imputed,
    from followed
),

-- Confirmed requests and sessions of a pair in one line, so that each session sees the last one before it.
in_line as (
    select
        user_id,
        mentor_id,
        event_number,
        event_number as request_event_number,
        cast(null as varchar) as session_id,
    from requests
    where status = 'confirmed'

    union all

    select
        user_id,
        mentor_id,
        event_number,
        null as request_event_number,
        session_id,
    from ended
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
            and ranked.request_event_number = requests.event_number
    where ranked.place_after_request = 1
),

final as (
    select
        ended.session_id,
        ended.user_id,
        ended.mentor_id,
        ended.session_number,
        ended.event_number,
        linked.booking_id,
        ended.started_at,
        ended.ended_at,
        ended.is_end_imputed,
        mentor_periods.tier,
        mentor_periods.tier_category,
    from ended
    inner join mentor_periods
        on
            {{ is_as_of('mentor_periods', 'ended', 'started_at') }}
    left join linked
        on ended.session_id = linked.session_id
)

select * from final
