{# The values of a group's rows that meet a condition, as a list in the order of another column. #}
{% macro list_in_order(value, order, condition) -%}
    {{ return(adapter.dispatch('list_in_order')(value, order, condition)) }}
{%- endmacro %}

{% macro duckdb__list_in_order(value, order, condition) -%}
    list({{ value }} order by {{ order }}) filter (where {{ condition }})
{%- endmacro %}

{#- Spark's lists come in any order, but a list of structs can be sorted. -#}
{% macro spark__list_in_order(value, order, condition) -%}
    transform(
        array_sort(array_agg(struct({{ order }} as place, {{ value }} as item)) filter (where {{ condition }})),
        placed -> placed.item
    )
{%- endmacro %}
