{# The query of a source says as of when it is asked, too; dbt's own macro would take the clock. #}
{% macro collect_freshness_custom_sql(source, loaded_at_query) %}
    {% call statement('collect_freshness_custom_sql', fetch_result=True, auto_begin=False) %}
        {{ loaded_at_query }}
    {% endcall %}
    {{ return(load_result('collect_freshness_custom_sql')) }}
{% endmacro %}
