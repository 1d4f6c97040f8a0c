with

rebookings as (
    select * from {{ ref('fct_rebookings') }}
    where lens = 'sessions'
),

sessions as (
    select * from {{ ref('fct_sessions') }}
),

bookings as (
    select * from {{ ref('fct_bookings') }}
),

users as (
    select * from {{ ref('dim_users') }}
),

other_windows as (
    select
        'window_' || cast(windows.days as string) || 'd' as reading,
        rebookings.mentor_id,
        rebookings.tier,
        coalesce(
            rebookings.next_item_at <= rebookings.first_item_at + windows.days * interval '1' day, false
        ) as is_rebooked
    from rebookings
    cross join (values (14), (60), (90)) as windows (days)
),

recorded as (
    select
        user_id,
        mentor_id,
        tier,
        started_at,
        user_session_number
    from sessions
    where not is_end_imputed
),

first_recorded as (
    select
        user_id,
        min(user_session_number) as user_session_number
    from recorded
    group by user_id
),

recorded_ends_only as (
    select
        'recorded_ends_only' as reading,
        first_sessions.mentor_id,
        first_sessions.tier,
        coalesce(
            min(later.started_at)
            <= first_sessions.started_at + interval '{{ var("rebooking_window_days") }}' day,
            false
        ) as is_rebooked
    from first_recorded
    inner join recorded as first_sessions
        on
            first_recorded.user_id = first_sessions.user_id
            and first_recorded.user_session_number = first_sessions.user_session_number
    left join recorded as later
        on
            first_sessions.user_id = later.user_id
            and first_sessions.started_at < later.started_at
    group by
        first_sessions.user_id, first_sessions.mentor_id, first_sessions.tier, first_sessions.started_at
),

active_users_only as (
    select
        'active_users_only' as reading,
        rebookings.mentor_id,
        rebookings.tier,
        rebookings.is_rebooked
    from rebookings
    inner join users
        on rebookings.user_id = users.user_id
    where users.account_status = 'active'
),

first_request_not_cancelled as (
    select
        'first_request_not_cancelled' as reading,
        rebookings.mentor_id,
        rebookings.tier,
        rebookings.is_rebooked
    from rebookings
    inner join bookings
        on rebookings.user_id = bookings.user_id
    where
        bookings.user_request_number = 1
        and bookings.status <> 'cancelled'
),

-- Next is strictly later: sessions of a user that start in one instant are one start.
starts as (
    select
        user_id,
        started_at,
        row_number() over (
            partition by user_id
            order by started_at
        ) as start_number,
        lead(started_at) over (
            partition by user_id
            order by started_at
        ) as next_started_at
    from sessions
    group by user_id, started_at
),

per_session as (
    select
        'per_session' as reading,
        sessions.mentor_id,
        sessions.tier,
        coalesce(
            starts.next_started_at
            <= sessions.started_at + interval '{{ var("rebooking_window_days") }}' day,
            false
        ) as is_rebooked
    from sessions
    inner join starts
        on
            sessions.user_id = starts.user_id
            and sessions.started_at = starts.started_at
),

third_session as (
    select
        'third_session' as reading,
        rebookings.mentor_id,
        rebookings.tier,
        coalesce(third.started_at <= rebookings.window_end_at, false) as is_rebooked
    from rebookings
    left join starts as third
        on
            rebookings.user_id = third.user_id
            and third.start_number = 3
),

from_first_request as (
    select
        'from_first_request' as reading,
        bookings.mentor_id,
        bookings.tier,
        coalesce(rebookings.is_rebooked, false) as is_rebooked
    from bookings
    left join rebookings
        on bookings.user_id = rebookings.user_id
    where bookings.user_request_number = 1
),

items as (
    select * from other_windows
    union all
    select * from recorded_ends_only
    union all
    select * from active_users_only
    union all
    select * from first_request_not_cancelled
    union all
    select * from per_session
    union all
    select * from third_session
    union all
    select * from from_first_request
),

readings as (
    select
        reading,
        mentor_id,
        tier,
        count(*) as items,
        count(case when is_rebooked then 1 end) as rebooked
    from items
    group by reading, mentor_id, tier
)

select * from readings
