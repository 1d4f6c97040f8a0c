with

requests as (
    select * from {{ ref('fct_requests') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
),

mentor_periods as (
    select * from {{ ref('dim_mentor_periods') }}
),

observation as (
    select * from {{ ref('dim_observation') }}
),

bookings as (
    select
        requests.booking_id,
        requests.user_id,
        requests.mentor_id,
        requests.request_number,
        cast(
            row_number() over (
                partition by requests.user_id
                order by requests.requested_at, requests.load_id, requests.row_number
            ) as bigint
        ) as user_request_number,
        requests.requested_at,
        requests.status,
        requests.decided_at,
        case
            when requests.status = 'confirmed'
                then
                    {{ microseconds_between('requests.requested_at', 'requests.decided_at') }} / 6e7
        end as minutes_to_confirm,
        requests.is_requested_again,
        sessions.session_id,
        case
            when requests.status <> 'confirmed' then requests.status
            when sessions.session_id is not null then 'attended'
            when
                requests.decided_at + interval '{{ var("no_show_grace_days") }}' day
                < observation.observation_end
                then 'no_show'
            else 'upcoming'
        end as outcome,
        coalesce(mentor_periods.tier, 'Unknown') as tier,
        coalesce(mentor_periods.tier_category, 'unknown') as tier_category
    from requests
    cross join observation
    left join mentor_periods
        on
            {{ is_as_of('mentor_periods', 'requests', 'requested_at') }}
    left join sessions
        on requests.booking_id = sessions.booking_id
)

select * from bookings
