-- What the ledger counts as rejected is there: a load has as many rows in the quarantine as it says.
with

stored as (
    select
        load_id,
        count(*) as rows_rejected
    from {{ ref('stg_rejected_rows') }}
    group by load_id
)

select
    coalesce(loads.load_id, stored.load_id) as load_id,
    loads.rows_rejected as rows_rejected_expected,
    stored.rows_rejected
from {{ ref('stg_loads') }} as loads
full outer join stored
    on loads.load_id = stored.load_id
where coalesce(loads.rows_rejected, 0) <> coalesce(stored.rows_rejected, 0)
