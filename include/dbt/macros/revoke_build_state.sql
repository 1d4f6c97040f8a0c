{#- Of a command that changes the build: publication requires that dbt has built and tested all of it since. -#}
{% macro revoke_build_state() %}
    {%- if flags.WHICH in ('build', 'clone', 'retry', 'run', 'seed', 'snapshot', 'test') -%}
        {%- if target.type == 'duckdb' -%}
            create or replace table main.build_state as
            select
                '{"revoked": "`dbt {{ flags.WHICH }}` began", "invocation_id": "{{ invocation_id }}", "raw_state": "'
                || md5(coalesce(string_agg(loads::varchar, chr(10) order by load_id), '')) || '"}' as state
            from raw.loads as loads
        {%- else -%}
            set mentoring.invocation_id = {{ invocation_id }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
