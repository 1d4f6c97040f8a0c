{# A text without an offset is UTC. A cast of text to TIMESTAMP would drop the offset. #}
{% macro utc_timestamp(text) -%}
    (
        case
            when regexp_matches({{ text }}, '([Zz]|[+-]\d{2}(:?\d{2})?)$')
                and length({{ text }}) > 10
                then {{ text }}
            else {{ text }} || 'Z'
        end
    )::timestamptz at time zone 'UTC'
{%- endmacro %}
