-- Each start is one session and each request one booking: the joins to the tier and between the two facts
-- neither lose nor double a row.
with

facts as (
    select session_id as fact_id from {{ ref('fct_sessions') }}
    union all
    select booking_id as fact_id from {{ ref('fct_bookings') }}
),

counted as (
    select
        fact_id,
        count(*) as facts_found
    from facts
    group by fact_id
)

select
    events.event_id,
    events.event_type,
    counted.facts_found
from {{ ref('stg_events') }} as events
left join counted
    on events.event_id = counted.fact_id
where
    events.event_type in ('session_started', 'booking_requested')
    and coalesce(counted.facts_found, 0) <> 1
