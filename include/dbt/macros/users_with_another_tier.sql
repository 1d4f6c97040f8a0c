{# In an incremental build: users with a stored tier that is another one in the history of today, be it late. #}
{% macro users_with_another_tier(stored, periods, time) -%}
    select present.user_id
    from {{ stored }} as present
    inner join {{ periods }}
        on
            {{ is_as_of(periods, 'present', time) }}
    where present.tier <> {{ periods }}.tier
{%- endmacro %}
