with

events as (
    select * from {{ ref('fct_events') }}
),

requests as (
    select
        user_id,
        mentor_id,
        request_number,
        max(case when event_type = 'booking_requested' then event_id end)
            as booking_id,
        max(case when event_type = 'booking_requested' then event_number end)
            as event_number,
        max(case when event_type = 'booking_requested' then occurred_at end)
            as requested_at,
        max(
            case
                when event_type in ('booking_confirmed', 'booking_cancelled')
                    then event_number
            end
        ) as decision_number,
    from events
    where request_number > 0
    group by user_id, mentor_id, request_number
),

decided as (
    select
        requests.booking_id,
        requests.user_id,
        requests.mentor_id,
        requests.request_number,
        requests.event_number,
        requests.requested_at,
        case
            when decisions.event_type = 'booking_confirmed' then 'confirmed'
            when decisions.event_type = 'booking_cancelled' then 'cancelled'
            else 'pending'
        end as status,
        decisions.occurred_at as decided_at,
        lead(requests.booking_id) over (
            partition by requests.user_id, requests.mentor_id
            order by requests.request_number
        ) is not null as is_requested_again,
    from requests
    left join events as decisions
        on
            requests.user_id = decisions.user_id
            and requests.decision_number = decisions.event_number
)

select * from decided
