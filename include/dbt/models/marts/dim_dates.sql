with

user_items as (
    select * from {{ ref('fct_user_items') }}
),

observation as (
    select * from {{ ref('int_observation') }}
),

-- A hundred years.
numbers as (
    select cast(generated_number - 1 as integer) as days_before
    from ({{ generate_series(36525) }}) as series
),

bounds as (
    select
        cast(min(least(user_items.first_request_at, user_items.first_session_at)) as date) as first_day,
        cast(max(observation.observation_end) as date) as last_day
    from user_items
    cross join observation
),

dates as (
    select bounds.last_day - numbers.days_before as date_day
    from bounds
    cross join numbers
    where bounds.last_day - numbers.days_before >= bounds.first_day
)

select * from dates
