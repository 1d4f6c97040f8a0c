{#
    Leaves out the (user, mentor) pairs of which the model has every event in it. Events are never taken away,
    so as many are the same ones.
#}
{% macro except_known_pairs() -%}
    {%- if is_incremental() -%}
    except
    select
        user_id,
        mentor_id,
        events_of_pair,
    from {{ this }}
    {%- endif -%}
{%- endmacro %}
