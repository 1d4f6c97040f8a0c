select
    mentor_id,
    tier,
    tier_category,
    hourly_rate
from {{ ref('stg_mentors') }}
