select distinct
    user_id,
    company_id,
    cast(signup_date as date) as signup_date,
    status
from {{ source('raw', 'users') }}
