{# Names of the sources as a list of SQL texts. There is no graph of them while dbt parses. #}
{% macro source_names(is_snapshot=none) -%}
    {%- set names = [] -%}
    {%- for table in (graph.sources.values() if execute else []) -%}
        {%- if 'is_snapshot' in table.meta and is_snapshot in (none, table.meta.is_snapshot) -%}
            {%- do names.append("'" ~ table.name ~ "'") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ names | sort | join(', ') }}
{%- endmacro %}
