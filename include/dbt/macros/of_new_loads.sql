{# In an incremental build: the rows of loads that the model was not built from. #}
{% macro of_new_loads(load_id, made_from='last_load_id') -%}
    {%- if is_incremental() -%}
    where {{ is_of_a_new_load(load_id, made_from) }}
    {%- endif -%}
{%- endmacro %}
