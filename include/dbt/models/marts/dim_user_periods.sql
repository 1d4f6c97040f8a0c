with

users as (
    select * from {{ ref('stg_users') }}
),

snapshots as (
    select * from {{ ref('int_snapshots') }}
),

periods as (
    {{ periods_of('users', 'snapshots', 'users', 'user_id', ['company_id', 'account_status']) }}
)

select * from periods
