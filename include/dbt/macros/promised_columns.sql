{# Spark keeps no constraint of a Parquet table: a null where the contract promises none fails the query. #}
{% macro promised_columns() -%}
    {%- for column in model.columns.values() -%}
        {%- if 'not_null' in column.constraints | map(attribute='type') | list -%}
            coalesce({{ column.name }}, raise_error('NOT NULL constraint failed: {{ this }}.{{ column.name }}'))
            as {{ column.name }}
        {%- else -%}
            {{ column.name }}
        {%- endif -%}
        {{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
