with

loads as (
    select * from {{ ref('fct_loads') }}
),

files as (
    select
        load_id,
        source,
        file_name,
        sha256,
        data_date,
        rows_in_file,
        rows_loaded,
        rows_rejected,
        rows_duplicate
    from loads
    where is_in_force
)

select * from files
