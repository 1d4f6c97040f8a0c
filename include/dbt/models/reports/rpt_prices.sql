with

mentors as (
    select * from {{ ref('dim_mentors') }}
),

prices as (
    select
        tier,
        min(hourly_rate) as lowest_rate,
        max(hourly_rate) as highest_rate
    from mentors
    group by tier
)

select * from prices
