{#
    Whether a mentor's period is valid at a time: from valid_from on, before valid_to.
    Without an `or`, which would have a left join compare each fact with each period.
#}
{% macro is_as_of(periods, facts, time) -%}
    {{ periods }}.mentor_id = {{ facts }}.mentor_id
            and {{ facts }}.{{ time }} >= coalesce({{ periods }}.valid_from, timestamp '0001-01-01')
            and {{ facts }}.{{ time }} < coalesce({{ periods }}.valid_to, timestamp '9999-12-31')
{%- endmacro %}
