{% set so_far %}
    over (
        partition by tier
        order by microseconds
        rows between unbounded preceding and current row
    )
{% endset %}
{# The normal distribution's 97.5 % point times Greenwood's error of the logarithm of -log_survival. #}
{% set half_width = '1.959963984540054 * sqrt(greenwood) / -nullif(log_survival, 0)' %}
with

rebookings as (
    select * from {{ ref('fct_rebookings') }}
    where lens = 'sessions'
),

observation as (
    select * from {{ ref('int_observation') }}
),

-- Until the next session, or until the end of the data where there is none.
durations as (
    select
        rebookings.tier,
        {{ microseconds_between(
            'rebookings.first_item_at', 'coalesce(rebookings.next_item_at, observation.observation_end)'
        ) }} as microseconds,
        rebookings.next_item_at
    from rebookings
    cross join observation
),

times as (
    select
        tier,
        microseconds,
        count(*) as users,
        count(next_item_at) as returned
    from durations
    group by tier, microseconds
),

-- A user whose observation ends at a time was at risk at it: a return counts first.
risk_sets as (
    select
        *,
        cast(sum(users) over (
            partition by tier
            order by microseconds desc
            rows between unbounded preceding and current row
        ) as bigint) as at_risk
    from times
),

-- Where all at risk return, the curve ends at 0, which has no logarithm.
sums as (
    select
        *,
        sum(case when returned < at_risk then ln(1 - returned / at_risk) end) {{ so_far }} as log_survival,
        sum(
            case when returned < at_risk then cast(returned as double) / at_risk / (at_risk - returned) end
        ) {{ so_far }} as greenwood
    from risk_sets
),

-- Twelve decimals, because the last digits depend on the order of a sum.
return_times as (
    select
        tier,
        microseconds,
        users,
        returned,
        at_risk,
        case when returned = at_risk then 0.0 else round(exp(log_survival), 12) end as survival,
        case
            when returned < at_risk then round(exp(log_survival * exp({{ half_width }})), 12)
        end as survival_low,
        case
            when returned < at_risk then round(exp(log_survival * exp(-{{ half_width }})), 12)
        end as survival_high
    from sums
)

select * from return_times
