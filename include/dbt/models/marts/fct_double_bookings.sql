with

sessions as (
    select * from {{ ref('fct_sessions') }}
),

double_bookings as (
    select
        sessions.mentor_id,
        sessions.session_id,
        others.session_id as other_session_id,
        sessions.user_id,
        others.user_id as other_user_id,
        greatest(sessions.started_at, others.started_at) as overlap_from,
        least(sessions.ended_at, others.ended_at) as overlap_to,
        -- Two sessions overlap by the end of the one that starts first.
        case
            when sessions.started_at < others.started_at then sessions.is_end_imputed
            when sessions.started_at > others.started_at then others.is_end_imputed
            else false
        end as is_on_assumed_end
    from sessions
    inner join sessions as others
        on
            sessions.mentor_id = others.mentor_id
            and sessions.user_id <> others.user_id
            -- Each pair of sessions once.
            and sessions.session_id < others.session_id
            and sessions.started_at < others.ended_at
            and sessions.ended_at > others.started_at
)

select * from double_bookings
