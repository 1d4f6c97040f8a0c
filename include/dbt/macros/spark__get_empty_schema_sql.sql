{# The columns that a contract promises, without rows; its types are written as DuckDB has them. #}
{% macro spark__get_empty_schema_sql(columns) %}
    select
    {% for column in columns.values() %}
        {%- set item = column.data_type | replace('[]', '') | replace('varchar', 'string') -%}
        {%- set type = 'array<' ~ item ~ '>' if column.data_type.endswith('[]') else item -%}
        cast(null as {{ type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {% endfor %}
{% endmacro %}
