with

raw_rejected_rows as (
    select * from {{ source('raw', 'rejected_rows') }}
),

rejected_rows as (
    select
        load_id,
        source,
        row_number,
        reason,
        row_text
    from raw_rejected_rows
)

select * from rejected_rows
