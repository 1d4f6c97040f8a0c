{#- Of a command that changes the build: publication requires that dbt has built and tested all of it since. -#}
{% macro revoke_build_state() %}
    {%- if target.type == 'duckdb' and flags.WHICH in ('build', 'clone', 'retry', 'run', 'seed', 'snapshot', 'test') -%}
        create or replace table main.build_state as
        select '{"revoked": "`dbt {{ flags.WHICH }}` began"}' as state
    {%- endif -%}
{% endmacro %}
