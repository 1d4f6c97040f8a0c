-- Every row of an accepted file is accounted for: it was loaded, rejected or a duplicate.
select
    load_id,
    rows_in_file,
    rows_loaded,
    rows_rejected,
    rows_duplicate
from {{ ref('stg_loads') }}
where rows_in_file <> rows_loaded + rows_rejected + rows_duplicate
