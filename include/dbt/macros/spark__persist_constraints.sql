{# Nothing: Spark cannot keep constraints of a Parquet table, and `promised_columns` has looked at each row. #}
{% macro spark__persist_constraints(relation, model) %}
{% endmacro %}
