with

periods as (
    select * from {{ ref('dim_mentor_periods') }}
),

mentors as (
    select * from {{ ref('stg_mentors') }}
),

snapshots as (
    select * from {{ ref('int_snapshots') }}
),

listed_today as (
    select mentors.mentor_id
    from mentors
    inner join snapshots
        on {{ is_in_load('mentors', 'snapshots.content_load_id') }}
    where
        snapshots.source = 'mentors'
        and snapshots.is_current
),

current_mentors as (
    select
        periods.mentor_id,
        periods.tier,
        periods.tier_category,
        periods.hourly_rate,
        listed_today.mentor_id is not null as is_listed
    from periods
    left join listed_today
        on periods.mentor_id = listed_today.mentor_id
    where periods.valid_to is null
)

select * from current_mentors
