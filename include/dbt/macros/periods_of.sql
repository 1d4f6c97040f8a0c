{# Snapshots become periods: a key's attributes with their dates. The first known ones also hold before. #}
{% macro periods_of(rows, snapshots, source, key, attributes) -%}
    with

    -- The loads that have a row. Many rows have the same ones.
    spans as (
        select distinct
            load_id,
            until_load_id
        from {{ rows }}
    ),

    sightings as (
        select
            spans.load_id,
            spans.until_load_id,
            {{ snapshots }}.snapshot_number,
            cast({{ snapshots }}.data_date as timestamp) as seen_at,
            lag({{ snapshots }}.snapshot_number) over (
                partition by spans.load_id, spans.until_load_id
                order by {{ snapshots }}.snapshot_number
            ) as earlier_snapshot_number
        from spans
        inner join {{ snapshots }}
            on {{ is_in_load('spans', snapshots ~ '.content_load_id') }}
        where {{ snapshots }}.source = '{{ source }}'
    ),

    -- A row that a late snapshot interrupts is seen again after it.
    first_sightings as (
        select *
        from sightings
        where
            earlier_snapshot_number is null
            or earlier_snapshot_number < snapshot_number - 1
    ),

    followed as (
        select
            {{ rows }}.{{ key }},
            {% for attribute in attributes %}
            {{ rows }}.{{ attribute }},
            lag({{ rows }}.{{ attribute }}) over (
                partition by {{ rows }}.{{ key }}
                order by first_sightings.snapshot_number
            ) as earlier_{{ attribute }},
            {% endfor %}
            first_sightings.snapshot_number,
            first_sightings.seen_at
        from {{ rows }}
        inner join first_sightings
            on
                {{ rows }}.load_id = first_sightings.load_id
                and {{ rows }}.until_load_id is not distinct from first_sightings.until_load_id
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
        from followed
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
