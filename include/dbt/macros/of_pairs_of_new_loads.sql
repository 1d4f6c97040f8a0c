{# In an incremental build: all events of the pairs with an event in a new load. #}
{% macro of_pairs_of_new_loads(events) -%}
    {%- if is_incremental() -%}
    where (user_id, mentor_id) in (
        select
            user_id,
            mentor_id
        from {{ events }} as delivered
        where {{ is_of_a_new_load('load_id') }}
    )
    {%- endif -%}
{%- endmacro %}
