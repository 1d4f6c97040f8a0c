with

mentors as (
    select * from {{ ref('stg_mentors') }}
),

snapshots as (
    select * from {{ ref('dim_snapshots') }}
),

tiers as (
    select * from {{ ref('dim_tiers') }}
),

events as (
    select * from {{ ref('stg_events') }}
),

listed as (
    {{ periods_of('mentors', 'snapshots', 'mentors', 'mentor_id', ['tier', 'hourly_rate']) }}
),

unlisted as (
    select distinct
        events.mentor_id,
        cast(null as timestamp) as valid_from,
        cast(null as timestamp) as valid_to,
        'Unknown' as tier,
        'unknown' as tier_category,
        cast(null as decimal(18, 2)) as hourly_rate
    from events
    left join listed
        on events.mentor_id = listed.mentor_id
    where listed.mentor_id is null
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

    union all

    select * from unlisted
)

select * from periods
