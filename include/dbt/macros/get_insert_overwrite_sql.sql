{# Replaces dbt-spark's macro: an overwritten folder keeps the keys that the model did not rebuild. #}
{% macro get_insert_overwrite_sql(source_relation, target_relation, existing_relation) %}
    {%- set folder = config.require('partition_by') -%}
    {%- set key = config.require('unique_key') -%}
    insert overwrite table {{ target_relation }} {{ partition_cols(label='partition') }}
    select {{ promised_columns() }}, {{ folder }}
    from {{ source_relation }}
    union all
    select present.{{ model.columns | join(', present.') }}, present.{{ folder }}
    from {{ target_relation }} as present
    left semi join {{ source_relation }} as touched
        on present.{{ folder }} = touched.{{ folder }}
    left anti join {{ source_relation }} as made
        on {% for column in key %}present.{{ column }} = made.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
    distribute by {{ folder }}
{% endmacro %}
