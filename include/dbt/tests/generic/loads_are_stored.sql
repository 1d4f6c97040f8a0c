{# What the ledger counts of a source is there: each load has as many staged rows as it says. #}
{% test loads_are_stored(model, source) %}
    with

    stored as (
        select
            load_id,
            count(*) as rows_stored
        from {{ model }}
        group by load_id
    ),

    loads as (
        select
            load_id,
            rows_loaded
        from {{ ref('stg_loads') }}
        where source = '{{ source }}'
    )

    select
        coalesce(loads.load_id, stored.load_id) as load_id,
        loads.rows_loaded,
        stored.rows_stored
    from loads
    full outer join stored
        on loads.load_id = stored.load_id
    where coalesce(loads.rows_loaded, 0) <> coalesce(stored.rows_stored, 0)
{% endtest %}
