with session_events as (
    select
        *,
        count(*) filter (event_type = 'session_started') over (
            partition by user_id, mentor_id
            order by occurred_at, row_number
        ) as session_number
    from {{ ref('stg_events') }}
    where event_type in ('session_started', 'session_ended')
),

sessions as (
    select
        user_id,
        mentor_id,
        max(event_id) filter (event_type = 'session_started') as session_id,
        max(occurred_at) filter (event_type = 'session_started') as started_at,
        max(row_number) filter (event_type = 'session_started') as row_number,
        min(occurred_at) filter (event_type = 'session_ended') as recorded_end_at
    from session_events
    where session_number > 0
    group by user_id, mentor_id, session_number
)

select
    sessions.*,
    coalesce(
        recorded_end_at,
        least(started_at + interval 30 minute, lead(started_at) over of_pair)
    ) as ended_at,
    coalesce(dim_mentors.tier, 'Unknown') as tier,
    coalesce(dim_mentors.tier_category, 'unknown') as tier_category
from sessions
left join {{ ref('dim_mentors') }} as dim_mentors
    on sessions.mentor_id = dim_mentors.mentor_id
window of_pair as (partition by sessions.user_id, sessions.mentor_id order by started_at, row_number)
