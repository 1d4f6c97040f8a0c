select
    order_id,
    customer_id,
    {{ utc_timestamp('ordered_at') }} as ordered_at,
    cast(amount as decimal(18, 2)) as amount
from {{ source('raw', 'orders') }}
