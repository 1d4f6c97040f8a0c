{# Spark keeps no constraint of a Parquet table: what a contract calls never null is looked for. #}
{% macro spark__persist_constraints(relation, model) %}
    {%- set required = [] -%}
    {%- for column in model.columns.values() if 'not_null' in column.constraints | map(attribute='type') -%}
        {%- do required.append(column.name) -%}
    {%- endfor -%}
    {%- if required -%}
        {%- set found = run_query(
            'select count(*) from ' ~ relation ~ ' where ' ~ required | join(' is null or ') ~ ' is null'
        ) -%}
        {%- if found.rows[0][0] -%}
            {{ exceptions.raise_compiler_error(
                'NOT NULL constraint failed: ' ~ relation ~ ' has ' ~ found.rows[0][0]
                ~ ' rows with a null in ' ~ required | join(', ')
            ) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
