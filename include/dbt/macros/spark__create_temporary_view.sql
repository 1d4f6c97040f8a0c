{# Of an increment to a table in folders: with the folder of each row. #}
{% macro spark__create_temporary_view(relation, compiled_code) -%}
    create or replace temporary view {{ relation }} as
    {% if config.get('partition_by') -%}
        select made.*, {{ bucket() }} as {{ config.get('partition_by') }} from ({{ compiled_code }}) as made
    {%- else -%}
        {{ compiled_code }}
    {%- endif %}
{%- endmacro %}
