with

users as (
    select * from {{ ref('dim_users') }}
),

companies as (
    select
        company_id,
        min(signup_date) as first_signup_date,
        count(*) as users,
        count(case when account_status = 'active' then 1 end) as active_users,
        count(case when account_status = 'churned' then 1 end) as churned_users
    from users
    group by company_id
)

select * from companies
