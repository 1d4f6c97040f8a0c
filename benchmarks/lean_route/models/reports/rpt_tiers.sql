select
    tier,
    tier_category,
    count(*) as total_users_w_sessions,
    count(*) filter (is_rebooked) as rebooked_count,
    round(100.0 * count(*) filter (is_rebooked) / count(*), 2) as rebooking_rate_pct
from {{ ref('fct_user_rebookings') }}
group by tier, tier_category
order by rebooking_rate_pct desc
