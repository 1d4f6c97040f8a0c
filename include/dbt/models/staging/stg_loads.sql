with

raw_loads as (
    select * from {{ source('raw', 'loads') }}
),

loads as (
    select
        load_id,
        source,
        file_name,
        sha256,
        rows_in_file,
        rows_loaded,
        rows_rejected,
        rows_duplicate,
        data_date,
        redelivered_on,
        content_load_id
    from raw_loads
    where status = 'accepted'
)

select * from loads
