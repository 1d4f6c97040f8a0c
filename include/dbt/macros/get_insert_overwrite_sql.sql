{# In place of dbt-spark's: what is overwritten keeps the keys that the model did not make anew. #}
{% macro get_insert_overwrite_sql(source_relation, target_relation, existing_relation) %}
    {%- set columns = adapter.get_columns_in_relation(target_relation) | map(attribute='quoted') | list -%}
    {%- set folder = config.require('partition_by') -%}
    {%- set key = config.require('unique_key') -%}
    insert overwrite table {{ target_relation }} {{ partition_cols(label='partition') }}
    select {{ columns | join(', ') }}
    from {{ source_relation }}
    union all
    select present.{{ columns | join(', present.') }}
    from {{ target_relation }} as present
    left semi join {{ source_relation }} as touched
        on present.{{ folder }} = touched.{{ folder }}
    left anti join {{ source_relation }} as made
        on {% for column in key %}present.{{ column }} = made.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
{% endmacro %}
