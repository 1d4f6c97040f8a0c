with

readings as (
    select * from {{ ref('fct_readings') }}
),

mentors as (
    select * from {{ ref('fct_mentor_activity') }}
),

counts as (
    select
        reading,
        tier,
        cast(sum(items) as bigint) as n,
        cast(sum(rebooked) as bigint) as rebooked
    from readings
    group by reading, tier
),

rates as (
    select
        *,
        {{ rate_pct('rebooked', 'n') }} as rate_pct
    from counts

    union all

    select
        'mean_of_mentors' as reading,
        tier,
        count(*) as n,
        cast(null as bigint) as rebooked,
        cast(round(avg(10000.0 * rebooked / users)) / 100 as decimal(5, 2)) as rate_pct
    from mentors
    where users > 0
    group by tier
)

select * from rates
