with

rebookings as (
    select * from {{ ref('fct_rebookings') }}
),

counts as (
    select
        lens,
        tier,
        tier_category,
        mentor_id,
        count(*) as users,
        count(case when is_rebooked then 1 end) as rebooked
    from rebookings
    group by lens, tier, tier_category, mentor_id
),

-- A mentor whose tier changed is one of each tier.
mentors as (
    select
        lens,
        'top_tier' as group_a,
        'standard_tier' as group_b,
        tier_category as own_group,
        mentor_id,
        cast(sum(users) as bigint) as users,
        cast(sum(rebooked) as bigint) as rebooked
    from counts
    group by lens, tier_category, mentor_id

    union all

    select
        lens,
        'Gold' as group_a,
        'Silver' as group_b,
        tier as own_group,
        mentor_id,
        users,
        rebooked
    from counts
),

groups as (
    select
        lens,
        group_a,
        group_b,
        {% for side in ['a', 'b'] %}
            count(case when own_group = group_{{ side }} then 1 end) as mentors_{{ side }},
            cast(sum(case when own_group = group_{{ side }} then users end) as bigint) as {{ side }}_users,
            cast(sum(case when own_group = group_{{ side }} then rebooked end) as bigint)
                as {{ side }}_rebooked,
            {{ list_in_order('users', order='mentor_id', condition='own_group = group_' ~ side) }}
                as {{ side }}_users_of_mentors,
            {{ list_in_order('rebooked', order='mentor_id', condition='own_group = group_' ~ side) }}
                as {{ side }}_rebooked_of_mentors{% if not loop.last %},{% endif %}
        {% endfor %}
    from mentors
    group by lens, group_a, group_b
),

comparisons as (
    select
        lens,
        group_a,
        group_b,
        mentors_a,
        mentors_b,
        a_users,
        a_rebooked,
        b_users,
        b_rebooked,
        cast(round(10000.0 * a_rebooked / a_users - 10000.0 * b_rebooked / b_users) / 100 as decimal(5, 2))
            as difference_pp,
        cast(
            -- Of hundredths, as rates are, so that halves go up.
            round(100.0 * a_rebooked * b_users / nullif(a_users * b_rebooked, 0)) / 100 as decimal(18, 2)
        ) as risk_ratio,
        fisher_p(a_rebooked, a_users, b_rebooked, b_users) as fisher_p,
        mentor_permutation_p(
            a_rebooked_of_mentors, a_users_of_mentors, b_rebooked_of_mentors, b_users_of_mentors
        ) as mentor_permutation_p,
        least(a_users, b_users) < {{ var('few_users') }} as is_small
    from groups
    where
        mentors_a > 0
        and mentors_b > 0
)

select * from comparisons
