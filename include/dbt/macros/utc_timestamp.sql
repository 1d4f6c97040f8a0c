{# A text without an offset is UTC. A cast of text to TIMESTAMP would drop the offset. #}
{% macro utc_timestamp(text) -%}
    case
        when regexp_matches({{ text }}, '[T ].*([Zz]|[+-]\d{2}(:?\d{2})?)$')
            then {{ text }}::timestamptz at time zone 'UTC'
        else {{ text }}::timestamp
    end
{%- endmacro %}
