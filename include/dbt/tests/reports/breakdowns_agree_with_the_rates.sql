-- Mentors, months, account statuses and compared groups divide the users of the rates another way: each
-- breakdown sums up to as many users, and to as many who rebooked.
with

rates as (
    select
        lens,
        cohort,
        tier,
        is_category_total,
        total_users_w_sessions as users,
        rebooked_count as rebooked
    from {{ ref('rpt_rebooking') }}
),

breakdowns as (
    select
        'rpt_mentors' as breakdown,
        'sessions' as lens,
        'all' as cohort,
        tier,
        sum(users) as users,
        sum(rebooked) as rebooked
    from {{ ref('rpt_mentors') }}
    group by tier
    having sum(users) > 0

    union all

    select
        'rpt_monthly_cohorts' as breakdown,
        'sessions' as lens,
        'all' as cohort,
        tier_category as tier,
        sum(users) as users,
        sum(rebooked) as rebooked
    from {{ ref('rpt_monthly_cohorts') }}
    group by tier_category

    union all

    select
        'rpt_account_status' as breakdown,
        'sessions' as lens,
        'all' as cohort,
        tier_category as tier,
        sum(users) as users,
        sum(rebooked) as rebooked
    from {{ ref('rpt_account_status') }}
    group by tier_category

    union all

    select
        'rpt_comparisons: ' || group_a as breakdown,
        lens,
        cohort,
        group_a as tier,
        a_users as users,
        a_rebooked as rebooked
    from {{ ref('rpt_comparisons') }}

    union all

    select
        'rpt_comparisons: ' || group_a as breakdown,
        lens,
        cohort,
        group_b as tier,
        b_users as users,
        b_rebooked as rebooked
    from {{ ref('rpt_comparisons') }}
),

expected as (
    select
        'rpt_mentors' as breakdown,
        lens,
        cohort,
        tier,
        users,
        rebooked
    from rates
    where
        lens = 'sessions'
        and cohort = 'all'
        and not is_category_total

    union all

    select
        breakdowns_by_category.breakdown,
        rates.lens,
        rates.cohort,
        rates.tier,
        rates.users,
        rates.rebooked
    from rates
    cross join (
        values ('rpt_monthly_cohorts'), ('rpt_account_status')
    ) as breakdowns_by_category (breakdown)
    where
        rates.lens = 'sessions'
        and rates.cohort = 'all'
        and rates.is_category_total

    union all

    select
        'rpt_comparisons: ' || compared.group_a as breakdown,
        rates.lens,
        rates.cohort,
        rates.tier,
        rates.users,
        rates.rebooked
    from rates
    inner join (
        values ('top_tier', 'standard_tier'), ('Gold', 'Silver'), ('Silver', 'Bronze')
    ) as compared (group_a, group_b)
        on rates.tier in (compared.group_a, compared.group_b)
    qualify count(*) over (partition by rates.lens, rates.cohort, compared.group_a) = 2
)

select
    coalesce(breakdowns.breakdown, expected.breakdown) as breakdown,
    coalesce(breakdowns.lens, expected.lens) as lens,
    coalesce(breakdowns.cohort, expected.cohort) as cohort,
    coalesce(breakdowns.tier, expected.tier) as tier,
    breakdowns.users,
    expected.users as users_of_rate,
    breakdowns.rebooked,
    expected.rebooked as rebooked_of_rate
from breakdowns
full outer join expected
    on
        breakdowns.breakdown = expected.breakdown
        and breakdowns.lens = expected.lens
        and breakdowns.cohort = expected.cohort
        and breakdowns.tier = expected.tier
where
    breakdowns.users is distinct from expected.users
    or breakdowns.rebooked is distinct from expected.rebooked
