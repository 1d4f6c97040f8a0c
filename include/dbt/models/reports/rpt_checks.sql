with

users as (
    select * from {{ ref('fct_user_activity') }}
),

double_bookings as (
    select * from {{ ref('fct_double_bookings') }}
),

observation as (
    select * from {{ ref('int_observation') }}
),

counted_users as (
    select
        coalesce(
            array_sort(array_agg(user_id) filter (where account_status = 'unlisted')),
            {{ array_construct(data_type='string') }}
        ) as orphan_users,
        count(case when is_without_session then 1 end) as users_without_session,
        count(case when is_dormant then 1 end) as dormant_users
    from users
),

counted_double_bookings as (
    select count(*) as double_bookings
    from double_bookings
),

checks as (
    select
        observation.observation_end,
        counted_double_bookings.double_bookings,
        counted_users.orphan_users,
        counted_users.users_without_session,
        counted_users.dormant_users
    from observation
    cross join counted_users
    cross join counted_double_bookings
)

select * from checks
