{# What the ledger counts of a snapshot is there: each load has as many staged rows as it says. #}
{% test snapshots_are_stored(model, source) %}
    with

    spans as (
        select
            load_id,
            until_load_id,
            count(*) as rows_stored
        from {{ model }}
        group by load_id, until_load_id
    ),

    loads as (
        select
            load_id,
            rows_loaded
        from {{ ref('stg_loads') }}
        where
            source = '{{ source }}'
            and load_id = content_load_id
    ),

    stored as (
        select
            loads.load_id,
            sum(spans.rows_stored) as rows_stored
        from loads
        inner join spans
            on {{ is_in_load('spans', 'loads.load_id') }}
        group by loads.load_id
    )

    select
        loads.load_id,
        loads.rows_loaded,
        stored.rows_stored
    from loads
    left join stored
        on loads.load_id = stored.load_id
    where loads.rows_loaded <> coalesce(stored.rows_stored, 0)

    union all

    -- Rows of a load that the ledger does not have.
    select
        spans.load_id,
        0 as rows_loaded,
        spans.rows_stored
    from spans
    left join loads
        on spans.load_id = loads.load_id
    where loads.load_id is null
{% endtest %}
