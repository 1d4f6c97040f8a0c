{# Users for whom an argument of this model changed, so that their rows are rebuilt as a whole. #}
{% set touched -%}
touched as (
    select user_id
    from requests
    where {{ is_of_a_new_load('last_load_id') }}

    union distinct

    {{ users_with_another_tier(this, 'mentor_periods', 'requested_at') }}

    union distinct

    -- The observation end may have made no-shows of them.
    select present.user_id
    from {{ this }} as present
    where present.outcome = 'upcoming'
),
{%- endset %}
with

requests as (
    select * from {{ ref('int_requests') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
),

mentor_periods as (
    select * from {{ ref('dim_mentor_periods') }}
),

observation as (
    select * from {{ ref('int_observation') }}
),

{{ touched if is_incremental() }}

of_users as (
    select * from requests
    {{ of_touched_users() }}
),

bookings as (
    select
        of_users.booking_id,
        of_users.user_id,
        of_users.mentor_id,
        of_users.request_number,
        cast(
            row_number() over (
                partition by of_users.user_id
                order by of_users.requested_at, of_users.load_id, of_users.row_number
            ) as bigint
        ) as user_request_number,
        of_users.requested_at,
        of_users.status,
        of_users.decided_at,
        case
            when of_users.status = 'confirmed'
                then
                    {{ microseconds_between('of_users.requested_at', 'of_users.decided_at') }} / 6e7
        end as minutes_to_confirm,
        of_users.is_requested_again,
        sessions.session_id,
        case
            when of_users.status <> 'confirmed' then of_users.status
            when sessions.session_id is not null then 'attended'
            when
                of_users.decided_at + interval '{{ var("no_show_grace_days") }}' day
                < observation.observation_end
                then 'no_show'
            else 'upcoming'
        end as outcome,
        coalesce(mentor_periods.tier, 'Unknown') as tier,
        coalesce(mentor_periods.tier_category, 'unknown') as tier_category,
        of_users.last_load_id
    from of_users
    cross join observation
    left join mentor_periods
        on
            {{ is_as_of('mentor_periods', 'of_users', 'requested_at') }}
    left join sessions
        on of_users.booking_id = sessions.booking_id
)

select * from bookings
