with

users as (
    select * from {{ ref('stg_users') }}
),

snapshots as (
    select * from {{ ref('int_snapshots') }}
),

current_users as (
    select
        users.user_id,
        users.company_id,
        users.signup_date,
        users.account_status
    from users
    inner join snapshots
        on {{ is_in_load('users', 'snapshots.content_load_id') }}
    where
        snapshots.source = 'users'
        and snapshots.is_current
)

select * from current_users
