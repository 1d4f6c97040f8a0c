{# Whether a load has a stored row of a snapshot. #}
{% macro is_in_load(rows, load_id) -%}
    {{ rows }}.load_id <= {{ load_id }}
            and ({{ rows }}.until_load_id is null or {{ load_id }} < {{ rows }}.until_load_id)
{%- endmacro %}
