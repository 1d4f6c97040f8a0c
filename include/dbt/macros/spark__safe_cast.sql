{# A fixture writes a list as DuckDB does, [a, b]; Spark casts no text to a list. #}
{% macro spark__safe_cast(field, type) -%}
    {%- if type.startswith('array') and field is string -%}
        cast(filter(split(translate({{ field }}, '[] ', ''), ','), item -> item <> '') as {{ type }})
    {%- else -%}
        cast({{ field }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
