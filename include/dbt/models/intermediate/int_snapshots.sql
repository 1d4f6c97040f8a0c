with

loads as (
    select * from {{ ref('stg_loads') }}
),

sightings as (
    select
        source,
        load_id,
        content_load_id,
        {{ list_rows('array_append(redelivered_on, data_date)') }} as data_date
    from loads
    where source in ({{ source_names(is_snapshot=true) }})
),

followed as (
    select
        *,
        lag(content_load_id) over (
            partition by source
            order by data_date, load_id
        ) as earlier_content_load_id
    from sightings
),

changes as (
    select
        source,
        load_id,
        content_load_id,
        data_date
    from followed
    -- The same snapshot again is no change.
    where
        earlier_content_load_id is null
        or content_load_id <> earlier_content_load_id
),

snapshots as (
    select
        source,
        data_date,
        load_id,
        content_load_id,
        cast(
            row_number() over (
                partition by source
                order by data_date, load_id
            ) as bigint
        ) as snapshot_number,
        row_number() over (
            partition by source
            order by data_date desc, load_id desc
        ) = 1 as is_current
    from changes
)

select * from snapshots
