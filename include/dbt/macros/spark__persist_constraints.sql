{# Nothing: Spark cannot keep constraints of a Parquet table, and `promised_columns` checks each row. #}
{% macro spark__persist_constraints(relation, model) %}
{% endmacro %}
