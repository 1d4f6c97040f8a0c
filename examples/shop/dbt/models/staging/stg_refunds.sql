select
    refund_id,
    order_id,
    {{ utc_timestamp('refunded_at') }} as refunded_at,
    cast(amount as decimal(18, 2)) as amount
from {{ source('raw', 'refunds') }}
