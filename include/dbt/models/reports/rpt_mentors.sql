with

activity as (
    select * from {{ ref('fct_mentor_activity') }}
),

mentors as (
    select
        mentor_id,
        tier,
        tier_category,
        requests,
        cancelled,
        sessions,
        users,
        rebooked,
        {{ rate_pct('rebooked', 'nullif(users, 0)') }} as rate_pct,
        {{ interval_pct('rebooked', 'nullif(users, 0)') }},
        users < {{ var('few_users') }} as is_small
    from activity
)

select * from mentors
