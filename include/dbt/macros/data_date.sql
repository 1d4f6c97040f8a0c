{# The run's data date, which the DAG sets; a dbt started by hand takes the latest one in the ledger. #}
{% macro data_date(loads) -%}
    {#- Not read while parsing: a change of it would have dbt parse the sources again every day. -#}
    {%- set of_run = env_var('MENTOR_DATA_DATE', '') if execute else '' -%}
    {%- if of_run -%}
        date '{{ of_run }}'
    {%- else -%}
        (
            select max(delivered.on_date)
            from (
                select {{ list_rows('array_append(redelivered_on, data_date)') }} as on_date
                from {{ loads }}
            ) as delivered
        )
    {%- endif -%}
{%- endmacro %}
