{# In an incremental build: the events of the pairs that a new load has an event of. #}
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
