{# The columns of a contract; and of a table in folders, the folder, which a single task writes. #}
{% macro spark__get_select_subquery(sql) %}
    {%- set folder = config.get('partition_by') -%}
    select {{ promised_columns() }}{% if folder %}, {{ bucket() }} as {{ folder }}{% endif %}
    from ({{ sql }}) as made
    {% if folder %}distribute by {{ folder }}{% endif %}
{% endmacro %}
