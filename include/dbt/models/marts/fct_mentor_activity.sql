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

bookings_of_mentors as (
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
            as rerequested_after_cancel
    from bookings
    group by mentor_id, tier, tier_category
),

sessions_of_mentors as (
    select
        mentor_id,
        tier,
        tier_category,
        count(*) as sessions,
        count(case when is_end_imputed then 1 end) as missing_end
    from sessions
    group by mentor_id, tier, tier_category
),

users_of_mentors as (
    select
        mentor_id,
        tier,
        count(*) as users,
        count(case when is_rebooked then 1 end) as rebooked
    from rebookings
    where lens = 'sessions'
    group by mentor_id, tier
),

mentors as (
    select
        mentor_id,
        tier,
        tier_category
    from bookings_of_mentors

    union distinct

    select
        mentor_id,
        tier,
        tier_category
    from sessions_of_mentors
),

activity as (
    select
        mentors.mentor_id,
        mentors.tier,
        mentors.tier_category,
        coalesce(bookings_of_mentors.requests, 0) as requests,
        coalesce(bookings_of_mentors.confirmed, 0) as confirmed,
        coalesce(bookings_of_mentors.cancelled, 0) as cancelled,
        coalesce(bookings_of_mentors.pending, 0) as pending,
        coalesce(bookings_of_mentors.attended, 0) as attended,
        coalesce(bookings_of_mentors.no_show, 0) as no_show,
        coalesce(bookings_of_mentors.upcoming, 0) as upcoming,
        coalesce(bookings_of_mentors.rerequested_after_cancel, 0) as rerequested_after_cancel,
        coalesce(sessions_of_mentors.sessions, 0) as sessions,
        coalesce(sessions_of_mentors.missing_end, 0) as missing_end,
        coalesce(users_of_mentors.users, 0) as users,
        coalesce(users_of_mentors.rebooked, 0) as rebooked
    from mentors
    left join bookings_of_mentors
        on
            mentors.mentor_id = bookings_of_mentors.mentor_id
            and mentors.tier = bookings_of_mentors.tier
    left join sessions_of_mentors
        on
            mentors.mentor_id = sessions_of_mentors.mentor_id
            and mentors.tier = sessions_of_mentors.tier
    left join users_of_mentors
        on
            mentors.mentor_id = users_of_mentors.mentor_id
            and mentors.tier = users_of_mentors.tier
)

select * from activity
