select
    mentor_id,
    tier,
    case when tier = 'Gold' then 'top_tier' else 'standard_tier' end as tier_category,
    cast(hourly_rate as decimal(18, 2)) as hourly_rate
from {{ source('raw', 'mentors') }}
