{# Snapshots become periods: a key's attributes with their dates. The first known ones also hold before. #}
{% macro periods_of(rows, snapshots, source, key, attributes) -%}
    with

    sightings as (
        select
            {{ rows }}.{{ key }},
            {% for attribute in attributes %}
            {{ rows }}.{{ attribute }},
            lag({{ rows }}.{{ attribute }}) over (
                partition by {{ rows }}.{{ key }}
                order by {{ snapshots }}.snapshot_number
            ) as earlier_{{ attribute }},
            {% endfor %}
            {{ snapshots }}.snapshot_number,
            cast({{ snapshots }}.data_date as timestamp) as seen_at
        from {{ rows }}
        inner join {{ snapshots }}
            on {{ rows }}.load_id = {{ snapshots }}.content_load_id
        where {{ snapshots }}.source = '{{ source }}'
    ),

    changes as (
        select
            *,
            row_number() over (
                partition by {{ key }}
                order by snapshot_number
            ) as period_number,
            lead(seen_at) over (
                partition by {{ key }}
                order by snapshot_number
            ) as valid_to
        from sightings
        where
            {% for attribute in attributes %}
            {{ attribute }} is distinct from earlier_{{ attribute }}
            {{ "or" if not loop.last }}
            {% endfor %}
    )

    select
        {{ key }},
        case when period_number > 1 then seen_at end as valid_from,
        valid_to,
        {% for attribute in attributes %}
        {{ attribute }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from changes
    -- Two deliveries for one data date: the earlier one was never valid, unless it was the first.
    where
        period_number = 1
        or valid_to is null
        or seen_at < valid_to
{%- endmacro %}
