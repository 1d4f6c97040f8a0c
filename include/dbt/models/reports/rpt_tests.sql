{% set compared = {'tiers': ['gold', 'silver', 'bronze'], 'gold_silver': ['gold', 'silver']} %}
{# What the log-rank test sums: returns of a tier less those expected, and how these vary together. #}
{% set differences = {} %}
{% set covariances = {} %}
{% set variances = {} %}
{% for test, tiers in compared.items() %}
    {% do differences.update({test: []}) %}
    {% do covariances.update({test: []}) %}
    {% do variances.update({test: []}) %}
    {% for one in tiers %}
        {% set share = one ~ '_share_of_' ~ test %}
        {% do differences[test].append('sum(' ~ one ~ '_returned - ' ~ test ~ '_returned * ' ~ share ~ ')') %}
        {% for other in tiers %}
            {% set own = '1' if one == other else '0' %}
            {% set rest = '(' ~ own ~ ' - ' ~ other ~ '_share_of_' ~ test ~ ')' %}
            {% do covariances[test].append('sum(' ~ test ~ '_spread * ' ~ share ~ ' * ' ~ rest ~ ')') %}
        {% endfor %}
        {% do variances[test].append('sum(' ~ test ~ '_spread * ' ~ share ~ ' * (1 - ' ~ share ~ '))') %}
    {% endfor %}
{% endfor %}
with

rebookings as (
    select
        items.*,
        ranks.tier_rank - 1 as place,
        cast({{ date_trunc('month', 'items.first_item_at') }} as date) as cohort_month
    from {{ ref('fct_rebookings') }} as items
    inner join {{ ref('dim_tiers') }} as ranks
        on items.tier = ranks.tier
    where items.lens = 'sessions'
),

users as (
    select * from {{ ref('dim_users') }}
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

-- Gold against the others inside each month of the first session, and inside each company.
strata as (
    select
        'month' as stratified_by,
        cast(cohort_month as string) as stratum,
        tier,
        is_rebooked
    from rebookings

    union all

    select
        'company' as stratified_by,
        users.company_id as stratum,
        rebookings.tier,
        rebookings.is_rebooked
    from rebookings
    inner join users
        on rebookings.user_id = users.user_id
),

counts as (
    select
        stratified_by,
        cast(count(*) as double) as users,
        cast(count(case when tier = 'Gold' then 1 end) as double) as gold,
        cast(count(case when is_rebooked then 1 end) as double) as rebooked,
        cast(count(case when tier = 'Gold' and is_rebooked then 1 end) as double) as gold_rebooked
    from strata
    group by stratified_by, stratum
),

-- If Gold is as the others, its share of those who rebooked is its share of the users.
odds as (
    select
        stratified_by,
        sum(gold_rebooked * (users - gold - rebooked + gold_rebooked) / users)
        / nullif(sum((gold - gold_rebooked) * (rebooked - gold_rebooked) / users), 0) as ratio,
        sum(gold_rebooked - gold * rebooked / users) as difference,
        sum(
            gold / users * (users - gold) / users * rebooked * (users - rebooked) / nullif(users - 1, 0)
        ) as variance
    from counts
    group by stratified_by
),

-- Twelve decimals, because the last digits depend on the order of a sum.
adjusted as (
    select
        {% for stratum in ['month', 'company'] %}
            max(case when stratified_by = '{{ stratum }}' then ratio end) as {{ stratum }}_or,
            max(
                case
                    when stratified_by = '{{ stratum }}'
                        then mantel_haenszel_p(round(difference, 12), nullif(round(variance, 12), 0))
                end
            ) as {{ stratum }}_p{% if not loop.last %},{% endif %}
        {% endfor %}
    from odds
),

-- The next session is with the same mentor or with another one.
returns as (
    select
        count(case when is_rebooked then 1 end) as returned,
        count(case when is_rebooked and next_mentor_id = mentor_id then 1 end) as same_mentor
    from {{ ref('fct_rebookings') }}
    where lens = 'sessions'
),

times as (
    select
        microseconds,
        {% for tier in compared.tiers %}
            {% for count in ['users', 'returned'] %}
                sum(case when tier = '{{ tier | capitalize }}' then {{ count }} else 0 end)
                    as {{ tier }}_{{ count }},
            {% endfor %}
        {% endfor %}
        sum(returned) as returned
    from {{ ref('fct_return_times') }}
    where tier in ('Gold', 'Silver', 'Bronze')
    group by microseconds
),

risk_sets as (
    select
        *,
        {% for tier in compared.tiers %}
            cast(sum({{ tier }}_users) over (
                order by microseconds desc
                rows between unbounded preceding and current row
            ) as double) as {{ tier }}_at_risk{% if not loop.last %},{% endif %}
        {% endfor %}
    from times
),

returns_at_times as (
    select
        *,
        {% for test, tiers in compared.items() %}
            {{ tiers | join('_returned + ') }}_returned
                as {{ test }}_returned,
            {{ tiers | join('_at_risk + ') }}_at_risk
                as {{ test }}_at_risk
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from risk_sets
    where returned > 0
),

-- If the tiers are alike, each has its share of those who return; the spread is of a draw from those at risk.
shares as (
    select
        *,
        {% for test, tiers in compared.items() %}
            {% for tier in tiers %}
                {{ tier }}_at_risk / nullif({{ test }}_at_risk, 0) as {{ tier }}_share_of_{{ test }},
            {% endfor %}
            {{ test }}_returned * ({{ test }}_at_risk - {{ test }}_returned)
            / nullif({{ test }}_at_risk - 1, 0) as {{ test }}_spread{% if not loop.last %},{% endif %}
        {% endfor %}
    from returns_at_times
),

sums as (
    select
        {% for test in compared %}
            {{ variances[test] | join('\n            + ') }}
                as {{ test }}_variance,
            {{ array_construct(differences[test], 'double') }} as {{ test }}_differences,
            {{ array_construct(covariances[test], 'double') }}
                as {{ test }}_covariances{% if not loop.last %},{% endif %}
        {% endfor %}
    from shares
),

-- Nothing varies unless somebody of one tier returns while one of another is at risk.
logrank as (
    select
        {% for test in compared %}
            logrank_p(
                case when {{ test }}_variance > 0 then {{ test }}_differences end,
                {{ test }}_covariances
            ) as logrank_{{ test }}_p{% if not loop.last %},{% endif %}
        {% endfor %}
    from sums
),

tests as (
    select
        logrank.logrank_tiers_p,
        logrank.logrank_gold_silver_p,
        trend_p(case when trend.tiers > 1 then trend.places end, trend.rebooked, trend.users) as trend_p,
        cast(adjusted.month_or as decimal(18, 2)) as mantel_haenszel_or,
        adjusted.month_p as mantel_haenszel_p,
        cast(adjusted.company_or as decimal(18, 2)) as mantel_haenszel_company_or,
        adjusted.company_p as mantel_haenszel_company_p,
        returns.returned,
        returns.same_mentor
    from trend
    cross join adjusted
    cross join returns
    cross join logrank
)

select * from tests
