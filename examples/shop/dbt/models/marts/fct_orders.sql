select
    orders.order_id,
    orders.customer_id,
    orders.ordered_at,
    orders.amount,
    coalesce(sum(refunds.amount), 0) as refunded_amount
from {{ ref('stg_orders') }} as orders
left join {{ ref('fct_refunds') }} as refunds on orders.order_id = refunds.order_id
group by all
