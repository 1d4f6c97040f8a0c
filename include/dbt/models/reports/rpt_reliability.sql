{% set counts = [
    'requests', 'confirmed', 'cancelled', 'pending', 'attended', 'no_show', 'upcoming',
    'rerequested_after_cancel', 'sessions', 'missing_end',
] %}
with

mentors as (
    select * from {{ ref('fct_mentor_activity') }}
),

bookings as (
    select * from {{ ref('fct_bookings') }}
),

groups as (
    select distinct
        tier as own_tier,
        tier,
        false as is_total
    from mentors

    union all

    select distinct
        tier as own_tier,
        'all' as tier,
        true as is_total
    from mentors
),

counts as (
    select
        groups.tier,
        groups.is_total,
        {% for count in counts %}
            cast(sum(mentors.{{ count }}) as bigint) as {{ count }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from groups
    inner join mentors
        on groups.own_tier = mentors.tier
    group by groups.tier, groups.is_total
),

waits as (
    select
        groups.tier,
        median(bookings.minutes_to_confirm) as median_minutes_to_confirm
    from groups
    inner join bookings
        on groups.own_tier = bookings.tier
    group by groups.tier
),

reliability as (
    select
        counts.*,
        waits.median_minutes_to_confirm
    from counts
    left join waits
        on counts.tier = waits.tier
)

select * from reliability
