select
    cast(date_trunc('month', ordered_at) as date) as month,
    count(*) as orders,
    cast(sum(amount) as decimal(18, 2)) as revenue,
    cast(sum(refunded_amount) as decimal(18, 2)) as refunded,
    cast(100 * sum(refunded_amount) / nullif(sum(amount), 0) as decimal(18, 2)) as refund_rate_pct
from {{ ref('fct_orders') }}
group by month
