{# Of each tier, and of each two: what the log-rank test sums over the times of return. #}
{% set known_tiers = ['gold', 'silver', 'bronze'] %}
{% set differences = [] %}
{% set covariances = [] %}
{% for one in known_tiers %}
    {% do differences.append('sum(' ~ one ~ '_returned - returned * ' ~ one ~ '_share)') %}
    {% for other in known_tiers %}
        {% set own = '1' if one == other else '0' %}
        {% do covariances.append('sum(spread * ' ~ one ~ '_share * (' ~ own ~ ' - ' ~ other ~ '_share))') %}
    {% endfor %}
{% endfor %}
with

rebookings as (
    select
        *,
        case tier when 'Bronze' then 0 when 'Silver' then 1 when 'Gold' then 2 end as place,
        cast({{ date_trunc('month', 'first_item_at') }} as date) as cohort_month
    from {{ ref('fct_rebookings') }}
    where
        lens = 'sessions'
        and tier in ('Bronze', 'Silver', 'Gold')
),

tiers as (
    select
        place,
        count(*) as users,
        count(case when is_rebooked then 1 end) as rebooked
    from rebookings
    group by place
),

trend as (
    select
        {{ list_in_order('cast(place as bigint)', order='place', condition='place >= 0') }} as places,
        {{ list_in_order('rebooked', order='place', condition='place >= 0') }} as rebooked,
        {{ list_in_order('users', order='place', condition='place >= 0') }} as users,
        count(*) as tiers
    from tiers
),

months as (
    select
        cohort_month,
        count(*) as users,
        count(case when tier = 'Gold' and is_rebooked then 1 end) as gold_rebooked,
        count(case when tier = 'Gold' and not is_rebooked then 1 end) as gold_gone,
        count(case when tier <> 'Gold' and is_rebooked then 1 end) as other_rebooked,
        count(case when tier <> 'Gold' and not is_rebooked then 1 end) as other_gone
    from rebookings
    group by cohort_month
),

odds as (
    select
        sum(1.0 * gold_rebooked * other_gone / users)
        / nullif(sum(1.0 * gold_gone * other_rebooked / users), 0) as mantel_haenszel_or
    from months
),

-- The next session is with the same mentor or with another one.
returns as (
    select
        count(case when is_rebooked then 1 end) as returned,
        count(case when is_rebooked and next_mentor_id = mentor_id then 1 end) as same_mentor
    from {{ ref('fct_rebookings') }}
    where lens = 'sessions'
),

-- The log-rank test compares who returns at a time with who is at risk then.
times_of_tests as (
    select
        'tiers' as test,
        *
    from {{ ref('fct_return_times') }}
    where tier in ('Gold', 'Silver', 'Bronze')

    union all

    select
        'gold_silver' as test,
        *
    from {{ ref('fct_return_times') }}
    where tier in ('Gold', 'Silver')
),

times as (
    select
        test,
        microseconds,
        {% for tier in known_tiers %}
            {% set is_own = "tier = '" ~ tier | capitalize ~ "'" %}
            sum(case when {{ is_own }} then users else 0 end) as {{ tier }}_users,
            sum(case when {{ is_own }} then returned else 0 end) as {{ tier }}_returned,
        {% endfor %}
        sum(users) as users,
        sum(returned) as returned
    from times_of_tests
    group by test, microseconds
),

risk_sets as (
    select
        *,
        {% for group in ['gold_', 'silver_', 'bronze_', ''] %}
            cast(sum({{ group }}users) over (
                partition by test
                order by microseconds desc
                rows between unbounded preceding and current row
            ) as double) as {{ group }}at_risk{% if not loop.last %},{% endif %}
        {% endfor %}
    from times
),

-- If the tiers are alike, each has its share of those who return; the spread is of a draw from those at risk.
shares as (
    select
        *,
        {% for tier in known_tiers %}
            {{ tier }}_at_risk / at_risk as {{ tier }}_share,
        {% endfor %}
        returned * (at_risk - returned) / nullif(at_risk - 1, 0) as spread
    from risk_sets
),

sums as (
    select
        test,
        sum(
            spread * (1 - gold_share * gold_share - silver_share * silver_share - bronze_share * bronze_share)
        ) as total_variance,
        {{ array_construct(differences, 'double') }} as differences,
        {{ array_construct(covariances, 'double') }} as covariances
    from shares
    group by test
),

-- Nothing varies unless somebody of one tier returns while one of another is at risk.
logrank as (
    select
        test,
        logrank_p(case when total_variance > 0 then differences end, covariances) as p
    from sums
),

logrank_tests as (
    select
        max(case when test = 'tiers' then p end) as logrank_tiers_p,
        max(case when test = 'gold_silver' then p end) as logrank_gold_silver_p
    from logrank
),

tests as (
    select
        logrank_tests.logrank_tiers_p,
        logrank_tests.logrank_gold_silver_p,
        trend_p(case when trend.tiers > 1 then trend.places end, trend.rebooked, trend.users) as trend_p,
        cast(odds.mantel_haenszel_or as decimal(18, 2)) as mantel_haenszel_or,
        returns.returned,
        returns.same_mentor
    from trend
    cross join odds
    cross join returns
    cross join logrank_tests
)

select * from tests
