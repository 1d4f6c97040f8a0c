with

loads as (
    select * from {{ ref('stg_loads') }}
),

snapshots as (
    select * from {{ ref('int_snapshots') }}
),

in_force as (
    select load_id
    from snapshots
    where is_current

    union all

    select load_id
    from loads
    where source in ({{ source_names(is_snapshot=false) }})
),

contents as (
    select
        loads.load_id,
        loads.content_load_id,
        loads.source,
        loads.file_name,
        loads.sha256,
        loads.data_date,
        contents.rows_in_file,
        contents.rows_loaded,
        contents.rows_rejected,
        contents.rows_duplicate,
        in_force.load_id is not null as is_in_force
    from loads
    inner join loads as contents
        on loads.content_load_id = contents.load_id
    left join in_force
        on loads.load_id = in_force.load_id
)

select * from contents
