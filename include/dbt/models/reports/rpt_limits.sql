with

sessions as (
    select * from {{ ref('fct_sessions') }}
),

double_bookings as (
    select * from {{ ref('fct_double_bookings') }}
),

rebookings as (
    select * from {{ ref('fct_rebookings') }}
    where lens = 'sessions'
),

users as (
    select * from {{ ref('fct_user_activity') }}
),

observation as (
    select * from {{ ref('int_observation') }}
),

timed as (
    select
        floor(
            {{ microseconds_between(date_trunc('day', 'started_at'), 'started_at') }} / 6e7
        ) as start_minute,
        case
            when not is_end_imputed then {{ microseconds_between('started_at', 'ended_at') }} / 6e7
        end as recorded_minutes
    from sessions
),

times as (
    select
        cast(min(start_minute) as integer) as earliest_start_minute,
        cast(max(start_minute) as integer) as latest_start_minute,
        min(recorded_minutes) as shortest_minutes,
        max(recorded_minutes) as longest_minutes
    from timed
),

assumed as (
    select count(case when is_on_assumed_end then 1 end) as double_bookings_on_assumed_end
    from double_bookings
),

latest_return as (
    select max({{ microseconds_between('first_item_at', 'next_item_at') }}) as microseconds
    from rebookings
),

waiting as (
    select
        count(
            case
                when
                    rebookings.next_item_at is null
                    and {{ microseconds_between('rebookings.first_item_at', 'observation.observation_end') }}
                    < latest_return.microseconds
                    then 1
            end
        ) as users_not_yet_back
    from rebookings
    cross join latest_return
    cross join observation
),

never_met as (
    select
        count(*) as users_never_met,
        count(case when confirmed > 0 then 1 end) as never_met_confirmed
    from users
    where
        requests > 0
        and sessions = 0
),

limits as (
    select
        times.earliest_start_minute,
        times.latest_start_minute,
        times.shortest_minutes,
        times.longest_minutes,
        assumed.double_bookings_on_assumed_end,
        cast(latest_return.microseconds / 86400000000.0 as decimal(18, 2)) as latest_return_days,
        waiting.users_not_yet_back,
        never_met.users_never_met,
        never_met.never_met_confirmed
    from times
    cross join assumed
    cross join latest_return
    cross join waiting
    cross join never_met
)

select * from limits
