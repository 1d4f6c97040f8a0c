with

events as (
    select * from {{ ref('fct_events') }}
),

pairs as (
    select distinct
        user_id,
        mentor_id,
        events_of_pair,
    from events
    where request_number > 0

    {{ except_known_pairs() }}
),

requests as (
    select
        events.user_id,
        events.mentor_id,
        events.request_number,
        events.events_of_pair,
        max(case when events.event_type = 'booking_requested' then events.event_id end)
            as booking_id,
        max(case when events.event_type = 'booking_requested' then events.event_number end)
            as event_number,
        max(case when events.event_type = 'booking_requested' then events.occurred_at end)
            as requested_at,
        max(
            case
                when events.event_type in ('booking_confirmed', 'booking_cancelled')
                    then events.event_number
            end
        ) as decision_number,
    from events
    inner join pairs
        on
            events.user_id = pairs.user_id
            and events.mentor_id = pairs.mentor_id
    where events.request_number > 0
    group by events.user_id, events.mentor_id, events.request_number, events.events_of_pair
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
        requests.events_of_pair,
    from requests
    left join events as decisions
        on
            requests.user_id = decisions.user_id
            and requests.mentor_id = decisions.mentor_id
            and requests.decision_number = decisions.event_number
)

select * from decided
