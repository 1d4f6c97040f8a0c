{# A layer is a schema of the same name. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}

{# Before a command that changes the build (include/pipeline/core/build_state.py). #}
{% macro revoke_build_state() %}
    {%- if flags.WHICH in ('build', 'clone', 'retry', 'run', 'seed', 'snapshot', 'test') -%}
        create or replace table main.build_state as
        select '{"revoked": "`dbt {{ flags.WHICH }}` began"}' as state
    {%- endif -%}
{% endmacro %}

{# Any text that the rule `timestamp` accepts, in UTC: DuckDB casts no zone right after the minutes. #}
{% macro utc_timestamp(text) -%}
    cast(regexp_replace(upper({{ text }}), '^(.{16})(Z|[+-].*)$', '\1:00\2') as timestamptz) at time zone 'UTC'
{%- endmacro %}
