with

bookings as (
    select * from {{ ref('fct_bookings') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
),

rebookings as (
    select * from {{ ref('fct_rebookings') }}
),

counted as (
    select
        mentor_id,
        tier,
        tier_category,
        count(*) as requests,
        count(case when status = 'confirmed' then 1 end) as confirmed,
        count(case when status = 'cancelled' then 1 end) as cancelled,
        count(case when status = 'pending' then 1 end) as pending,
        count(case when outcome = 'attended' then 1 end) as attended,
        count(case when outcome = 'no_show' then 1 end) as no_show,
        count(case when outcome = 'upcoming' then 1 end) as upcoming,
        count(case when status = 'cancelled' and is_requested_again then 1 end)
            as rerequested_after_cancel,
        0 as sessions,
        0 as missing_end,
        0 as users,
        0 as rebooked,
    from bookings
    group by mentor_id, tier, tier_category

    union all

    select
        mentor_id,
        tier,
        tier_category,
        0, 0, 0, 0, 0, 0, 0, 0,
        count(*) as sessions,
        count(case when is_end_imputed then 1 end) as missing_end,
        0, 0,
    from sessions
    group by mentor_id, tier, tier_category

    union all

    select
        mentor_id,
        tier,
        tier_category,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        count(*) as users,
        count(case when is_rebooked then 1 end) as rebooked,
    from rebookings
    where lens = 'sessions'
    group by mentor_id, tier, tier_category
),

activity as (
    select
        mentor_id,
        tier,
        tier_category,
        {% for count in [
            'requests', 'confirmed', 'cancelled', 'pending', 'attended', 'no_show', 'upcoming',
            'rerequested_after_cancel', 'sessions', 'missing_end', 'users', 'rebooked',
        ] %}
        cast(sum({{ count }}) as bigint) as {{ count }},
        {% endfor %}
    from counted
    group by mentor_id, tier, tier_category
)

select * from activity
