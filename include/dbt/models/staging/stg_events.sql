with

raw_events as (
    select * from {{ source('raw', 'events') }}
    {{ of_new_loads('_load_id', made_from='load_id') }}
),

events as (
    select
        event_id,
        user_id,
        mentor_id,
        event_type,
        {{ utc_timestamp('timestamp') }} as occurred_at,
        _load_id as load_id,
        _row_number as row_number
    from raw_events
)

select * from events
