with

mentor_periods as (
    select * from {{ ref('dim_mentor_periods') }}
),

mentors as (
    select * from {{ ref('dim_mentors') }}
),

user_periods as (
    select * from {{ ref('dim_user_periods') }}
),

users as (
    select * from {{ ref('dim_users') }}
),

user_activity as (
    select * from {{ ref('fct_user_activity') }}
),

events as (
    select * from {{ ref('int_events') }}
),

double_bookings as (
    select * from {{ ref('fct_double_bookings') }}
),

rejected_rows as (
    select * from {{ ref('stg_rejected_rows') }}
),

loads as (
    select * from {{ ref('fct_loads') }}
),

mentor_changes as (
    select
        mentor_id,
        tier,
        hourly_rate,
        cast(valid_from as date) as changed_on,
        lag(tier) over (
            partition by mentor_id
            order by valid_from nulls first
        ) as earlier_tier,
        lag(hourly_rate) over (
            partition by mentor_id
            order by valid_from nulls first
        ) as earlier_rate
    from mentor_periods
),

user_changes as (
    select
        user_id,
        account_status,
        cast(valid_from as date) as changed_on,
        lag(account_status) over (
            partition by user_id
            order by valid_from nulls first
        ) as earlier_status
    from user_periods
),

findings as (
    select
        'mentor_tier_changed' as finding,
        earlier_tier || ' to ' || tier as detail,
        mentor_id as subject,
        changed_on as found_on
    from mentor_changes
    where tier <> earlier_tier

    union all

    select
        'mentor_price_changed' as finding,
        'in tier ' || tier as detail,
        mentor_id as subject,
        changed_on as found_on
    from mentor_changes
    where hourly_rate <> earlier_rate

    union all

    select
        'mentor_vanished' as finding,
        'not in the sheet in force; keeps ' || tier || ', the last known tier' as detail,
        mentor_id as subject,
        cast(null as date) as found_on
    from mentors
    where not is_listed

    union all

    select distinct
        'mentor_unknown' as finding,
        'in events, but in no sheet' as detail,
        events.mentor_id as subject,
        cast(null as date) as found_on
    from events
    left join mentors
        on events.mentor_id = mentors.mentor_id
    where mentors.mentor_id is null

    union all

    select
        'user_status_changed' as finding,
        earlier_status || ' to ' || account_status as detail,
        user_id as subject,
        changed_on as found_on
    from user_changes
    where account_status <> earlier_status

    union all

    select distinct
        'user_vanished' as finding,
        'in an earlier export, but not in the one in force' as detail,
        user_periods.user_id as subject,
        cast(null as date) as found_on
    from user_periods
    left join users
        on user_periods.user_id = users.user_id
    where users.user_id is null

    union all

    select
        'orphan_user' as finding,
        'in events, but not in the users export in force' as detail,
        user_id as subject,
        cast(null as date) as found_on
    from user_activity
    where account_status = 'unlisted'

    union all

    select
        'anomaly' as finding,
        anomaly as detail,
        event_id as subject,
        cast(null as date) as found_on
    from events
    where anomaly is not null

    union all

    select
        'double_booking' as finding,
        'two sessions of one mentor with different users overlap' as detail,
        session_id || ' and ' || other_session_id as subject,
        cast(null as date) as found_on
    from double_bookings

    union all

    select
        'rejected_row' as finding,
        loads.source || ': ' || rejected_rows.reason as detail,
        'row ' || cast(rejected_rows.row_number as string)
        || ' of load ' || cast(loads.load_id as string)
        || ' (' || loads.file_name || ')' as subject,
        loads.data_date as found_on
    from rejected_rows
    inner join loads
        on rejected_rows.load_id = loads.content_load_id
    where loads.is_in_force
)

select * from findings
