{# Warns where the table's source has brought nothing new for longer than stale_after_days at the run's date. #}
{% test is_fresh(model) %}
{{ config(severity='warn', store_failures=false) }}
select
    max_loaded_at,
    snapshotted_at
from (
    {{ content_age(model.identifier) }}
) as age
where
    max_loaded_at is null
    or snapshotted_at > max_loaded_at + interval '{{ var("stale_after_days") }}' day
{% endtest %}
