with

mentors as (
    select * from {{ ref('stg_mentors') }}
),

snapshots as (
    select * from {{ ref('int_snapshots') }}
),

tiers as (
    select * from {{ ref('dim_tiers') }}
),

listed as (
    {{ periods_of('mentors', 'snapshots', 'mentors', 'mentor_id', ['tier', 'hourly_rate']) }}
),

periods as (
    select
        listed.mentor_id,
        listed.valid_from,
        listed.valid_to,
        listed.tier,
        tiers.tier_category,
        listed.hourly_rate
    from listed
    left join tiers
        on listed.tier = tiers.tier
)

select * from periods
