{# A text without an offset is UTC. A cast of text to TIMESTAMP would drop the offset. #}
{% macro utc_timestamp(text) -%}
    {{ return(adapter.dispatch('utc_timestamp')(text)) }}
{%- endmacro %}

{% macro duckdb__utc_timestamp(text) -%}
    {#- DuckDB casts neither a zone right after the minutes nor a lowercase letter. -#}
    {%- set castable = "regexp_replace(upper(" ~ text ~ "), '^(.{16})(Z|[+-].*)$', '\\1:00\\2')" -%}
    case
        -- The usual spelling, which is cheaper to detect.
        when {{ text }} like '____-__-__T__:__:__Z'
            then cast(left({{ text }}, 19) as timestamp)
        when regexp_matches({{ castable }}, '[T ].*(Z|[+-]\d{2}(:?\d{2})?)$')
            then cast({{ castable }} as timestamptz) at time zone 'UTC'
        else cast({{ castable }} as timestamp)
    end
{%- endmacro %}

{#- Of a session whose time zone is UTC. Spark casts no zone right after the minutes and no lowercase letter. -#}
{% macro spark__utc_timestamp(text) -%}
    cast(regexp_replace(upper({{ text }}), '^(.{16})(Z|[+-].*)$', '$1:00$2') as timestamp)
{%- endmacro %}
