{# The first items of a list. #}
{% macro list_head(items, most) -%}
    {{ return(adapter.dispatch('list_head')(items, most)) }}
{%- endmacro %}

{% macro duckdb__list_head(items, most) -%}
    list_slice({{ items }}, 1, {{ most }})
{%- endmacro %}

{% macro spark__list_head(items, most) -%}
    slice({{ items }}, 1, {{ most }})
{%- endmacro %}
