with

loads as (
    select * from {{ ref('stg_loads') }}
),

sightings as (
    select
        source,
        load_id,
        content_load_id,
        unnest(list_prepend(data_date, redelivered_on)) as data_date,
    from loads
    where source in ('users', 'mentors')
),

snapshots as (
    select
        source,
        data_date,
        load_id,
        content_load_id,
        row_number() over (
            partition by source
            order by data_date, load_id
        ) as snapshot_number,
        row_number() over (
            partition by source
            order by data_date desc, load_id desc
        ) = 1 as is_current,
    from sightings
)

select * from snapshots
