select
    refunds.refund_id,
    refunds.order_id,
    refunds.refunded_at,
    refunds.amount,
    date_diff('day', orders.ordered_at, refunds.refunded_at) as days_after_order
from {{ ref('stg_refunds') }} as refunds
left join {{ ref('stg_orders') }} as orders on refunds.order_id = orders.order_id
