with

events as (
    select * from {{ ref('stg_events') }}
),

loads as (
    select * from {{ ref('stg_loads') }}
),

data_dates as (
    select {{ list_rows('array_append(redelivered_on, data_date)') }} as data_date
    from loads
),

latest_delivery as (
    select
        max(data_date) as latest_data_date,
        cast(max(data_date) as timestamp) + interval '1' day as ended_at
    from data_dates
),

latest_event as (
    select max(occurred_at) as observation_end
    from events
),

observation as (
    select
        latest_event.observation_end,
        latest_delivery.latest_data_date,
        cast(
            case
                -- Of the day after the data date, which ingest accepts.
                when latest_event.observation_end > latest_delivery.ended_at then 0
                else floor(
                    {{ microseconds_between('latest_event.observation_end', 'latest_delivery.ended_at') }}
                    / 86400000000.0
                )
            end as integer
        ) as staleness_days
    from latest_event
    cross join latest_delivery
)

select * from observation
