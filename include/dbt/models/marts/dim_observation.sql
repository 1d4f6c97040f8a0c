with

events as (
    select * from {{ ref('stg_events') }}
),

observation as (
    select max(occurred_at) as observation_end
    from events
)

select * from observation
