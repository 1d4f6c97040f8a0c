{# In an incremental build: the rows of loads that the model does not have. #}
{% macro of_new_loads() -%}
    {%- if is_incremental() -%}
    where {{ is_of_a_new_load('_load_id', made_from='load_id') }}
    {%- endif -%}
{%- endmacro %}
