with numbered as (
    select
        *,
        first_value(started_at) over by_user as first_session_at,
        row_number() over by_user as user_session_number
    from {{ ref('fct_sessions') }}
    window by_user as (partition by user_id order by started_at, row_number)
)

select
    user_id,
    min(first_session_at) as first_session_at,
    max(mentor_id) filter (user_session_number = 1) as mentor_id,
    max(tier) filter (user_session_number = 1) as tier,
    max(tier_category) filter (user_session_number = 1) as tier_category,
    count(*) as sessions,
    bool_or(
        started_at > first_session_at
        and started_at <= first_session_at + interval 30 day
    ) as is_rebooked
from numbered
group by user_id
