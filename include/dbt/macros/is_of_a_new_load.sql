{# Whether a load came after all those that the incremental model was built from. #}
{% macro is_of_a_new_load(load_id, made_from='last_load_id') -%}
    {{ load_id }} > (select coalesce(max({{ made_from }}), 0) from {{ this }})
{%- endmacro %}
