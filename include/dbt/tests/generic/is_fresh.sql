{# Warns where a source has brought nothing new for longer than stale_after_days at the run's date. #}
{% test is_fresh(model, source_name) %}
{{ config(severity='warn', store_failures=false) }}
{%- set loads = source('raw', 'loads') %}
select
    max_loaded_at,
    snapshotted_at
from (
    -- A snapshot that came again unchanged is a date in redelivered_on, which is nothing new.
    select
        cast(max(data_date) as timestamp) as max_loaded_at,
        cast({{ data_date(loads) }} as timestamp) as snapshotted_at
    from {{ loads }}
    where
        source = '{{ source_name }}'
        and status = 'accepted'
) as age
where
    max_loaded_at is null
    or snapshotted_at > max_loaded_at + interval '{{ var("stale_after_days") }}' day
{% endtest %}
