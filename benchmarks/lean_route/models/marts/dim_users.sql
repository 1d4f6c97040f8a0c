select
    user_id,
    company_id,
    signup_date,
    status
from {{ ref('stg_users') }}
