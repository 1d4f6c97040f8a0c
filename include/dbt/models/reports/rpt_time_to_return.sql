with

return_times as (
    select * from {{ ref('fct_return_times') }}
),

days as (
    select generated_number - 1 as day
    from ({{ generate_series(var("rebooking_window_days") | int + 1) }}) as numbers
),

tiers as (
    select
        tier,
        cast(sum(users) as bigint) as users
    from return_times
    group by tier
),

-- A part of a day counts as a day: what happened in it has happened by its end.
times_of_days as (
    select
        tier,
        cast(ceil(microseconds / 86400000000.0) as bigint) as day,
        max(microseconds) as microseconds
    from return_times
    group by tier, cast(ceil(microseconds / 86400000000.0) as bigint)
),

latest_times as (
    select
        tiers.tier,
        days.day,
        tiers.users,
        max(times_of_days.microseconds) over (
            partition by tiers.tier
            order by days.day
        ) as microseconds
    from tiers
    cross join days
    left join times_of_days
        on
            tiers.tier = times_of_days.tier
            and days.day = times_of_days.day
),

curve as (
    select
        latest_times.tier,
        cast(latest_times.day as integer) as days,
        latest_times.users,
        -- Those of the latest time itself have returned, or are observed no longer.
        coalesce(return_times.at_risk - return_times.users, latest_times.users) as at_risk,
        {% set shares = {
            'returned_pct': 'coalesce(return_times.survival, 1)',
            'ci_low_pct': 'return_times.survival_high',
            'ci_high_pct': 'return_times.survival_low',
        } %}
        {% for name, survival in shares.items() %}
            -- Halves go up; they are inexact in binary fractions.
            cast(round(100 * (1 - {{ survival }}), 6) as decimal(4, 1)) as {{ name }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from latest_times
    left join return_times
        on
            latest_times.tier = return_times.tier
            and latest_times.microseconds = return_times.microseconds
)

select * from curve
