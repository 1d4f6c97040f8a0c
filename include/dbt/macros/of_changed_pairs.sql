{# In an incremental build: the pairs with events of new loads alone. #}
{% macro of_changed_pairs() -%}
    {%- if is_incremental() -%}
    where {{ is_of_a_new_load('last_load_id') }}
    {%- endif -%}
{%- endmacro %}
