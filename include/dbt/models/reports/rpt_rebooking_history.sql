with

rebookings as (
    select * from {{ ref('fct_rebookings') }}
    where
        lens = 'sessions'
        and is_mature
),

observation as (
    select cast(observation_end as date) as last_day
    from {{ ref('int_observation') }}
),

-- The date at whose end a window first counts: the last of its month, or the last day observed.
closings as (
    select
        rebookings.tier,
        rebookings.tier_category,
        rebookings.is_rebooked,
        least(
            cast(
                {{ date_trunc('month', 'rebookings.window_end_at') }} + interval '1' month - interval '1' day
                as date
            ),
            observation.last_day
        ) as as_of_date
    from rebookings
    cross join observation
),

dates as (
    select as_of_date from closings

    union distinct

    select last_day as as_of_date from observation
),

groups as (
    select
        tier,
        tier_category,
        false as is_category_total,
        as_of_date,
        is_rebooked
    from closings

    union all

    select
        tier_category as tier,
        tier_category,
        true as is_category_total,
        as_of_date,
        is_rebooked
    from closings
),

counts as (
    select
        tier,
        tier_category,
        is_category_total,
        as_of_date,
        count(*) as users,
        count(case when is_rebooked then 1 end) as rebooked
    from groups
    group by tier, tier_category, is_category_total, as_of_date
),

-- A group is there from the first of its windows on.
so_far as (
    select
        dates.as_of_date,
        counts.tier,
        counts.tier_category,
        counts.is_category_total,
        cast(sum(counts.users) as bigint) as users,
        cast(sum(counts.rebooked) as bigint) as rebooked
    from dates
    inner join counts
        on dates.as_of_date >= counts.as_of_date
    group by dates.as_of_date, counts.tier, counts.tier_category, counts.is_category_total
),

history as (
    select
        *,
        {{ rate_pct('rebooked', 'users') }} as rate_pct,
        {{ interval_pct('rebooked', 'users') }}
    from so_far
)

select * from history
