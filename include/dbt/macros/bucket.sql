{# The number of a row's folder on Spark, by its unique key. #}
{% macro bucket() -%}
    pmod(hash({{ config.require('unique_key') | join(', ') }}), {{ env_var('MENTOR_SPARK_BUCKETS') }})
{%- endmacro %}
