with

mentors as (
    select * from {{ ref('stg_mentors') }}
),

snapshots as (
    select * from {{ ref('dim_snapshots') }}
),

events as (
    select * from {{ ref('stg_events') }}
),

sightings as (
    select
        mentors.mentor_id,
        mentors.tier,
        mentors.tier_category,
        mentors.hourly_rate,
        snapshots.snapshot_number,
        cast(snapshots.data_date as timestamp) as seen_at,
        lag(mentors.tier) over (
            partition by mentors.mentor_id
            order by snapshots.snapshot_number
        ) as earlier_tier,
        lag(mentors.hourly_rate) over (
            partition by mentors.mentor_id
            order by snapshots.snapshot_number
        ) as earlier_rate,
    from mentors
    inner join snapshots
        on mentors.load_id = snapshots.content_load_id
    where snapshots.source = 'mentors'
),

changes as (
    select
        mentor_id,
        tier,
        tier_category,
        hourly_rate,
        row_number() over (
            partition by mentor_id
            order by snapshot_number
        ) as period_number,
        seen_at,
        lead(seen_at) over (
            partition by mentor_id
            order by snapshot_number
        ) as valid_to,
    from sightings
    where
        earlier_tier is null
        or tier <> earlier_tier
        or hourly_rate <> earlier_rate
),

listed as (
    select
        mentor_id,
        case when period_number > 1 then seen_at end as valid_from,
        valid_to,
        tier,
        tier_category,
        hourly_rate,
    from changes
    -- Two deliveries for one data date: the earlier one was in force for no time, unless it was the first.
    where
        period_number = 1
        or valid_to is null
        or seen_at < valid_to
),

unlisted as (
    select distinct
        events.mentor_id,
        cast(null as timestamp) as valid_from,
        cast(null as timestamp) as valid_to,
        'Unknown' as tier,
        'unknown' as tier_category,
        cast(null as decimal(18, 2)) as hourly_rate,
    from events
    left join listed
        on events.mentor_id = listed.mentor_id
    where listed.mentor_id is null
),

periods as (
    select * from listed
    union all
    select * from unlisted
)

select * from periods
