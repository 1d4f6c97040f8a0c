{# Every value is the name of a source in raw.yml; with is_snapshot, of one of that kind. #}
{% test is_source(model, column_name, is_snapshot=none) %}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} not in ({{ source_names(is_snapshot) }})
{% endtest %}
