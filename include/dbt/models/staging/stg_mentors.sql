with

raw_mentors as (
    select * from {{ source('raw', 'mentors') }}
),

mentors as (
    select
        _load_id as load_id,
        _until_load_id as until_load_id,
        mentor_id,
        tier,
        cast(hourly_rate as decimal(18, 2)) as hourly_rate
    from raw_mentors
)

select * from mentors
