with

raw_users as (
    select * from {{ source('raw', 'users') }}
    {{ of_new_loads('_load_id', made_from='load_id') }}
),

users as (
    select
        _load_id as load_id,
        user_id,
        company_id,
        cast(signup_date as date) as signup_date,
        status as account_status
    from raw_users
)

select * from users
