{# The time from one timestamp to another; dbt's own datediff has no microseconds on Spark. #}
{% macro microseconds_between(first, second) -%}
    {{ return(adapter.dispatch('microseconds_between')(first, second)) }}
{%- endmacro %}

{% macro duckdb__microseconds_between(first, second) -%}
    date_diff('microsecond', {{ first }}, {{ second }})
{%- endmacro %}

{% macro spark__microseconds_between(first, second) -%}
    date_diff(microsecond, {{ first }}, {{ second }})
{%- endmacro %}
