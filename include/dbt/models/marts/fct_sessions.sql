{# Users for whom an argument of this model changed, so that their rows are rebuilt as a whole. #}
{% set touched -%}
touched as (
    select user_id
    from recorded_sessions
    where {{ is_of_a_new_load('last_load_id') }}

    union distinct

    {{ users_with_another_tier(this, 'mentor_periods', 'started_at') }}
),
{%- endset %}
with

recorded_sessions as (
    select * from {{ ref('int_recorded_sessions') }}
),

mentor_periods as (
    select * from {{ ref('dim_mentor_periods') }}
),

{{ touched if is_incremental() }}

of_users as (
    select * from recorded_sessions
    {{ of_touched_users() }}
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
        cast(
            dense_rank() over (
                partition by user_id
                order by started_at
            ) as bigint
        ) as user_start_number,
        lead(started_at) over (
            partition by user_id
            order by started_at, load_id, row_number
        ) as user_next_started_at,
        started_at + interval '{{ var("session_default_minutes") }}' minute
            as default_end_at
    from of_users
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
        -- Next is strictly later: of sessions that start in one instant, the last one knows.
        nullif(
            max(user_next_started_at) over (
                partition by user_id, started_at
            ), started_at
        ) as user_later_started_at
    from numbered
),

sessions as (
    select
        ended.session_id,
        ended.user_id,
        ended.mentor_id,
        ended.session_number,
        ended.user_session_number,
        ended.user_start_number,
        ended.booking_id,
        ended.started_at,
        ended.ended_at,
        ended.is_end_imputed,
        ended.user_later_started_at as user_next_started_at,
        coalesce(mentor_periods.tier, 'Unknown') as tier,
        coalesce(mentor_periods.tier_category, 'unknown') as tier_category,
        ended.last_load_id
    from ended
    left join mentor_periods
        on
            {{ is_as_of('mentor_periods', 'ended', 'started_at') }}
)

select * from sessions
