-- At any time a user has exactly one account status and company: the periods begin with ever before, end with
-- ever after, and each one begins when the one before ends. Otherwise a change would be found twice or never.
with

periods as (
    select
        user_id,
        valid_from,
        valid_to,
        lag(valid_to) over (
            partition by user_id
            order by valid_from nulls first
        ) as earlier_valid_to,
        row_number() over (
            partition by user_id
            order by valid_from desc nulls last
        ) = 1 as is_last,
    from {{ ref('dim_user_periods') }}
)

select *
from periods
where
    valid_from is distinct from earlier_valid_to
    or is_last <> (valid_to is null)
    or valid_from >= valid_to
