{# When a source last brought something new, and as of when that is asked: the run's data date. #}
{% macro content_age(source_name) -%}
    {%- set loads = source('raw', 'loads') -%}
    {#- A snapshot that came again unchanged is a date in redelivered_on, which is nothing new. -#}
    select
        cast(max(data_date) as timestamp) as max_loaded_at,
        cast({{ data_date(loads) }} as timestamp) as snapshotted_at
    from {{ loads }}
    where
        source = '{{ source_name }}'
        and status = 'accepted'
{%- endmacro %}
