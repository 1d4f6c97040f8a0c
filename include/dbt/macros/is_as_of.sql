{# Whether a mentor's period is valid at a time: from valid_from on, before valid_to. #}
{% macro is_as_of(periods, facts, time) -%}
    {{ periods }}.mentor_id = {{ facts }}.mentor_id
            and ({{ periods }}.valid_from is null or {{ facts }}.{{ time }} >= {{ periods }}.valid_from)
            and ({{ periods }}.valid_to is null or {{ facts }}.{{ time }} < {{ periods }}.valid_to)
{%- endmacro %}
