with

activity as (
    select * from {{ ref('fct_user_activity') }}
),

observation as (
    select * from {{ ref('dim_observation') }}
),

users_at_risk as (
    select
        activity.user_id,
        activity.company_id,
        activity.account_status,
        activity.last_session_at,
        activity.last_mentor_id,
        activity.last_tier,
        cast(
            floor(
                {{ microseconds_between('activity.last_session_at', 'observation.observation_end') }}
                / 86400000000.0
            ) as integer
        ) as days_since_session
    from activity
    cross join observation
    where activity.is_at_risk
)

select * from users_at_risk
