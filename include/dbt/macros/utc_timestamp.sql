{# A text without an offset is UTC. A cast of text to TIMESTAMP would drop the offset. #}
{% macro utc_timestamp(text) -%}
    {#- DuckDB casts neither a zone right after the minutes nor a lowercase letter. -#}
    {%- set castable = "regexp_replace(upper(" ~ text ~ "), '^(.{16})(Z|[+-].*)$', '\\1:00\\2')" -%}
    case
        -- As nearly all of them are written: told by less work.
        when {{ text }} like '____-__-__T__:__:__Z'
            then left({{ text }}, 19)::timestamp
        when regexp_matches({{ castable }}, '[T ].*(Z|[+-]\d{2}(:?\d{2})?)$')
            then {{ castable }}::timestamptz at time zone 'UTC'
        else {{ castable }}::timestamp
    end
{%- endmacro %}
