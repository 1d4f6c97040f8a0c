{# With one mentor, or a rate of 0 or 100 percent, nothing can vary; a function of a null is null. #}
{% set counts =
    'case when mentors > 1 and rebooked > 0 and rebooked < users then rebooked_of_mentors end,'
    ~ ' users_of_mentors' %}
with

activity as (
    select * from {{ ref('fct_mentor_activity') }}
    where users > 0
),

tiers as (
    select
        tier,
        count(*) as mentors,
        cast(sum(users) as bigint) as users,
        cast(sum(rebooked) as bigint) as rebooked,
        {{ list_in_order('users', order='mentor_id', condition='users > 0') }} as users_of_mentors,
        {{ list_in_order('rebooked', order='mentor_id', condition='users > 0') }} as rebooked_of_mentors
    from activity
    group by tier
),

mentor_dispersion as (
    select
        tier,
        mentors,
        users,
        rebooked,
        cast(dispersion({{ counts }}) as decimal(18, 2)) as dispersion,
        dispersion_p({{ counts }}) as p,
        coalesce(dispersion_p_is_bound({{ counts }}) = 1, false) as p_is_bound
    from tiers
)

select * from mentor_dispersion
