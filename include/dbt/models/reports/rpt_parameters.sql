with

observation as (
    select * from {{ ref('int_observation') }}
),

parameters as (
    select
        observation_end,
        latest_data_date,
        staleness_days,
        {{ var('rebooking_window_days') }} as rebooking_window_days,
        {{ var('session_default_minutes') }} as session_default_minutes,
        {{ var('no_show_grace_days') }} as no_show_grace_days,
        {{ var('few_users') }} as few_users,
        {{ var('stale_after_days') }} as stale_after_days
    from observation
)

select * from parameters
