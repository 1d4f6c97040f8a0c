with

recorded_sessions as (
    select * from {{ ref('fct_recorded_sessions') }}
),

events as (
    select * from {{ ref('stg_events') }}
),

mentor_periods as (
    select * from {{ ref('dim_mentor_periods') }}
),

numbered as (
    select
        recorded_sessions.*,
        row_number() over (
            partition by recorded_sessions.user_id
            order by recorded_sessions.started_at, events.load_id, events.row_number
        ) as user_session_number,
        recorded_sessions.started_at + interval '{{ var("session_default_minutes") }}' minute
            as default_end_at,
    from recorded_sessions
    inner join events
        on recorded_sessions.session_id = events.event_id
),

ended as (
    select
        *,
        case
            when recorded_end_at is not null then recorded_end_at
            when next_started_at < default_end_at then next_started_at
            else default_end_at
        end as ended_at,
        recorded_end_at is null as is_end_imputed,
    from numbered
),

sessions as (
    select
        ended.session_id,
        ended.user_id,
        ended.mentor_id,
        ended.session_number,
        ended.user_session_number,
        ended.booking_id,
        ended.started_at,
        ended.ended_at,
        ended.is_end_imputed,
        mentor_periods.tier,
        mentor_periods.tier_category,
    from ended
    inner join mentor_periods
        on
            {{ is_as_of('mentor_periods', 'ended', 'started_at') }}
)

select * from sessions
