with

recorded_sessions as (
    select * from {{ ref('fct_recorded_sessions') }}
),

mentor_periods as (
    select * from {{ ref('dim_mentor_periods') }}
),

numbered as (
    select
        *,
        cast(
            row_number() over (
                partition by user_id
                order by started_at, load_id, row_number
            ) as bigint
        ) as user_session_number,
        started_at + interval '{{ var("session_default_minutes") }}' minute
            as default_end_at
    from recorded_sessions
),

ended as (
    select
        *,
        case
            when recorded_end_at is not null then recorded_end_at
            when next_started_at < default_end_at then next_started_at
            else default_end_at
        end as ended_at,
        recorded_end_at is null as is_end_imputed
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
        coalesce(mentor_periods.tier, 'Unknown') as tier,
        coalesce(mentor_periods.tier_category, 'unknown') as tier_category
    from ended
    left join mentor_periods
        on
            {{ is_as_of('mentor_periods', 'ended', 'started_at') }}
)

select * from sessions
