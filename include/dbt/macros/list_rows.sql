{# A row for each item of a list, next to the other columns of a select. #}
{% macro list_rows(items) -%}
    {{ return(adapter.dispatch('list_rows')(items)) }}
{%- endmacro %}

{% macro duckdb__list_rows(items) -%}
    unnest({{ items }})
{%- endmacro %}

{% macro spark__list_rows(items) -%}
    explode({{ items }})
{%- endmacro %}
