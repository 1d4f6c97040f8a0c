select
    event_id,
    user_id,
    mentor_id,
    event_type,
    row_number,
    cast(cast(timestamp as timestamptz) at time zone 'UTC' as timestamp) as occurred_at
from {{ source('raw', 'events') }}
