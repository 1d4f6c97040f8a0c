{% set microseconds_of_window = var('rebooking_window_days') ~ ' * 86400000000' %}
with

activity as (
    select * from {{ ref('fct_user_activity') }}
    where is_at_risk
),

observation as (
    select * from {{ ref('int_observation') }}
),

return_times as (
    select * from {{ ref('fct_return_times') }}
),

times_since as (
    select
        activity.*,
        {{ microseconds_between('activity.last_session_at', 'observation.observation_end') }} as microseconds
    from activity
    cross join observation
),

-- Each user's time stands on the curve of the tier, which begins at 1.
points as (
    select
        user_id,
        last_tier as tier,
        microseconds,
        cast(null as double) as survival
    from times_since

    union all

    select
        null as user_id,
        tier,
        microseconds,
        survival
    from return_times

    union all

    select
        null as user_id,
        tier,
        0 as microseconds,
        1.0 as survival
    from return_times
    group by tier
),

-- The curve never rises, so its lowest value by a time is its latest.
placed as (
    select
        user_id,
        min(survival) over (
            partition by tier
            order by microseconds
        ) as survival_so_far,
        min(case when microseconds <= {{ microseconds_of_window }} then survival end) over (
            partition by tier
        ) as survival_of_window
    from points
),

users_at_risk as (
    select
        times_since.user_id,
        times_since.company_id,
        times_since.last_mentor_id as mentor_id,
        times_since.last_tier as tier,
        times_since.last_session_at,
        cast(floor(times_since.microseconds / 86400000000.0) as integer) as days_since,
        cast(
            round(
                100 * (placed.survival_so_far - placed.survival_of_window)
                / nullif(placed.survival_so_far, 0),
                6
            ) as decimal(4, 1)
        ) as return_pct
    from times_since
    inner join placed
        on times_since.user_id = placed.user_id
)

select * from users_at_risk
