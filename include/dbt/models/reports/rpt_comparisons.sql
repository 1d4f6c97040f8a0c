{% set counts = 'a_rebooked, a_users, b_rebooked, b_users' %}
{# A ratio has an interval where somebody of each group came back; a function of a null is null. #}
{% set counts_of_ratio = 'nullif(a_rebooked, 0), a_users, nullif(b_rebooked, 0), b_users' %}
{% set mentors_of_rates =
    'case when least(mentors_a, mentors_b) > 1 then a_rebooked_of_kinds end,'
    ~ ' a_users_of_kinds, a_mentors_of_kinds, b_rebooked_of_kinds, b_users_of_kinds, b_mentors_of_kinds' %}
{# Mentors can show a difference if their permutation can, and their dispersion is of rates that can vary. #}
{% set mentors_of_detectable =
    'case when smallest_permutation_p < 0.05 and least(mentors_a, mentors_b) > 1'
    ~ ' and least(a_rebooked, b_rebooked, a_users - a_rebooked, b_users - b_rebooked) > 0'
    ~ ' then a_rebooked_of_kinds end,'
    ~ ' a_users_of_kinds, a_mentors_of_kinds, b_rebooked_of_kinds, b_users_of_kinds, b_mentors_of_kinds' %}
{% set mentors_of_permutation =
    'case when permuted_a > 0 and permuted_b > 0 then a_rebooked_permuted end,'
    ~ ' a_users_permuted, a_mentors_permuted, b_rebooked_permuted, b_users_permuted, b_mentors_permuted' %}
with

rebookings as (
    select * from {{ ref('fct_rebookings') }}
),

pairs as (
    select
        compared.group_a,
        compared.group_b
    from (
        values
        ('top_tier', 'standard_tier'),
        ('Gold', 'Silver'),
        ('Silver', 'Bronze')
    ) as compared (group_a, group_b)
),

cohorts as (
    select
        'all' as cohort,
        *
    from rebookings

    union all

    select
        'mature' as cohort,
        *
    from rebookings
    where is_mature
),

counts as (
    select
        lens,
        cohort,
        tier,
        tier_category,
        mentor_id,
        count(*) as users,
        count(case when is_rebooked then 1 end) as rebooked
    from cohorts
    group by lens, cohort, tier, tier_category, mentor_id
),

groups_of_mentors as (
    select
        lens,
        cohort,
        tier_category as own_group,
        mentor_id,
        cast(sum(users) as bigint) as users,
        cast(sum(rebooked) as bigint) as rebooked
    from counts
    group by lens, cohort, tier_category, mentor_id

    union all

    select
        lens,
        cohort,
        tier as own_group,
        mentor_id,
        users,
        rebooked
    from counts
),

-- A mentor whose tier changed is one of each tier, and left out of the permutation.
mentors as (
    select
        groups_of_mentors.*,
        pairs.group_a,
        pairs.group_b,
        count(*) over (
            partition by
                groups_of_mentors.lens,
                groups_of_mentors.cohort,
                pairs.group_a,
                pairs.group_b,
                groups_of_mentors.mentor_id
        ) > 1 as is_in_both
    from groups_of_mentors
    inner join pairs
        on groups_of_mentors.own_group in (pairs.group_a, pairs.group_b)
),

-- Mentors with the same counts are alike: lists of kinds stay short, however many mentors there are.
kinds as (
    select
        lens,
        cohort,
        group_a,
        group_b,
        own_group,
        is_in_both,
        rebooked,
        users,
        count(*) as mentors,
        row_number() over (
            partition by lens, cohort, group_a, group_b
            order by own_group, is_in_both, rebooked, users
        ) as place
    from mentors
    group by lens, cohort, group_a, group_b, own_group, is_in_both, rebooked, users
),

groups as (
    select
        lens,
        cohort,
        group_a,
        group_b,
        cast(sum(case when is_in_both and own_group = group_a then mentors else 0 end) as bigint)
            as mentors_in_both,
        {% for side in ['a', 'b'] %}
            {% set is_own = 'own_group = group_' ~ side %}
            cast(sum(case when {{ is_own }} then mentors else 0 end) as bigint) as mentors_{{ side }},
            cast(sum(case when {{ is_own }} and not is_in_both then mentors else 0 end) as bigint)
                as permuted_{{ side }},
            {% for count in ['users', 'rebooked'] %}
                cast(sum(case when {{ is_own }} then {{ count }} * mentors end) as bigint)
                    as {{ side }}_{{ count }},
            {% endfor %}
            {% for count in ['users', 'rebooked', 'mentors'] %}
                {{ list_in_order(count, order='place', condition=is_own) }}
                    as {{ side }}_{{ count }}_of_kinds,
                {{ list_in_order(count, order='place', condition=is_own ~ ' and not is_in_both') }}
                    as {{ side }}_{{ count }}_permuted{% if not loop.last %},{% endif %}
            {% endfor %}{% if not loop.last %},{% endif %}
        {% endfor %}
    from kinds
    group by lens, cohort, group_a, group_b
),

permutable as (
    select
        *,
        case when permuted_a > 0 and permuted_b > 0 then smallest_permutation_p(permuted_a, permuted_b) end
            as smallest_permutation_p
    from groups
    where
        mentors_a > 0
        and mentors_b > 0
),

comparisons as (
    select
        lens,
        cohort,
        group_a,
        group_b,
        lens = 'sessions' and cohort = 'mature' and group_a = 'top_tier' as is_primary,
        mentors_a,
        mentors_b,
        mentors_in_both,
        a_users,
        a_rebooked,
        b_users,
        b_rebooked,
        cast(round(10000.0 * a_rebooked / a_users - 10000.0 * b_rebooked / b_users) / 100 as decimal(5, 2))
            as difference_pp,
        cast(newcombe_low_pp({{ counts }}) as decimal(5, 2)) as difference_ci_low_pp,
        cast(newcombe_high_pp({{ counts }}) as decimal(5, 2)) as difference_ci_high_pp,
        cast(cluster_low_pp({{ mentors_of_rates }}) as decimal(5, 2)) as cluster_ci_low_pp,
        cast(cluster_high_pp({{ mentors_of_rates }}) as decimal(5, 2)) as cluster_ci_high_pp,
        cast(
            -- Of hundredths, as rates are, so that halves go up.
            round(100.0 * a_rebooked * b_users / nullif(a_users * b_rebooked, 0)) / 100 as decimal(18, 2)
        ) as risk_ratio,
        cast(risk_ratio_low({{ counts_of_ratio }}) as decimal(18, 2)) as risk_ratio_ci_low,
        cast(risk_ratio_high({{ counts_of_ratio }}) as decimal(18, 2)) as risk_ratio_ci_high,
        cast(e_value({{ counts_of_ratio }}) as decimal(18, 2)) as e_value,
        cast(e_value_limit({{ counts_of_ratio }}) as decimal(18, 2)) as e_value_limit,
        fisher_p({{ counts }}) as fisher_p,
        mentor_permutation_p({{ mentors_of_permutation }}) as mentor_permutation_p,
        coalesce(mentor_permutation_is_bound({{ mentors_of_permutation }}) = 1, false)
            as permutation_p_is_bound,
        smallest_permutation_p,
        -- The functions give 0 where no difference can be shown.
        cast(nullif(detectable_pp(a_users, b_rebooked, b_users), 0) as decimal(5, 2)) as detectable_pp,
        cast(nullif(detectable_mentors_pp({{ mentors_of_detectable }}), 0) as decimal(5, 2))
            as detectable_mentors_pp,
        least(a_users, b_users) < {{ var('few_users') }} as is_small
    from permutable
),

-- Holm: the smallest p times the number of exploratory comparisons, the next one times one less, and so on.
exploratory as (
    select
        lens,
        cohort,
        group_a,
        group_b,
        mentor_permutation_p,
        count(*) over () + 1 - rank() over (order by mentor_permutation_p) as holm_factor
    from comparisons
    where
        not is_primary
        and mentor_permutation_p is not null
),

holm as (
    select
        lens,
        cohort,
        group_a,
        group_b,
        least(max(mentor_permutation_p * holm_factor) over (order by mentor_permutation_p), 1.0) as holm_p
    from exploratory
),

adjusted as (
    select
        comparisons.*,
        holm.holm_p
    from comparisons
    left join holm
        on
            comparisons.lens = holm.lens
            and comparisons.cohort = holm.cohort
            and comparisons.group_a = holm.group_a
            and comparisons.group_b = holm.group_b
)

select * from adjusted
