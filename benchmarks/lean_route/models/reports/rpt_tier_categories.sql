select
    tier_category,
    sum(total_users_w_sessions) as total_users_w_sessions,
    sum(rebooked_count) as rebooked_count,
    round(100.0 * sum(rebooked_count) / sum(total_users_w_sessions), 2) as rebooking_rate_pct
from {{ ref('rpt_tiers') }}
group by tier_category
