{# The call of a window function that ignores nulls; the window follows it. #}
{% macro ignoring_nulls(function, value) -%}
    {{ return(adapter.dispatch('ignoring_nulls')(function, value)) }}
{%- endmacro %}

{% macro duckdb__ignoring_nulls(function, value) -%}
    {{ function }}({{ value }} ignore nulls)
{%- endmacro %}

{% macro spark__ignoring_nulls(function, value) -%}
    {{ function }}({{ value }}) ignore nulls
{%- endmacro %}
