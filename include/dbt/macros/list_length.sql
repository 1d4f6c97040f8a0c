{# How many items a list has. #}
{% macro list_length(items) -%}
    {{ return(adapter.dispatch('list_length')(items)) }}
{%- endmacro %}

{% macro duckdb__list_length(items) -%}
    len({{ items }})
{%- endmacro %}

{% macro spark__list_length(items) -%}
    size({{ items }})
{%- endmacro %}
