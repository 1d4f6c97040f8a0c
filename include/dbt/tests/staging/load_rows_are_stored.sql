-- What the ledger counts is there: a load has as many staged rows and as many in the quarantine as it says.
with

stored as (
    select
        load_id,
        'loaded' as outcome
    from {{ ref('stg_users') }}
    union all
    select
        load_id,
        'loaded' as outcome
    from {{ ref('stg_mentors') }}
    union all
    select
        load_id,
        'loaded' as outcome
    from {{ ref('stg_events') }}
    union all
    select
        load_id,
        'rejected' as outcome
    from {{ source('raw', 'rejected_rows') }}
),

counted as (
    select
        load_id,
        count(case when outcome = 'loaded' then 1 end) as rows_loaded,
        count(case when outcome = 'rejected' then 1 end) as rows_rejected
    from stored
    group by load_id
)

select
    coalesce(loads.load_id, counted.load_id) as load_id,
    loads.rows_loaded as rows_loaded_expected,
    counted.rows_loaded,
    loads.rows_rejected as rows_rejected_expected,
    counted.rows_rejected
from {{ ref('stg_loads') }} as loads
full outer join counted
    on loads.load_id = counted.load_id
where
    coalesce(loads.rows_loaded, 0) <> coalesce(counted.rows_loaded, 0)
    or coalesce(loads.rows_rejected, 0) <> coalesce(counted.rows_rejected, 0)
