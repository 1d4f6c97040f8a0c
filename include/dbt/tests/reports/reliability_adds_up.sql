-- In each tier every request has one status, and every confirmed one has one outcome; the total is the sum of
-- the tiers.
with

tiers as (
    select * from {{ ref('rpt_reliability') }}
),

sums as (
    select
        sum(requests) as requests,
        sum(confirmed) as confirmed,
        sum(cancelled) as cancelled,
        sum(pending) as pending,
        sum(attended) as attended,
        sum(no_show) as no_show,
        sum(upcoming) as upcoming,
        sum(rerequested_after_cancel) as rerequested_after_cancel,
        sum(sessions) as sessions,
        sum(missing_end) as missing_end
    from tiers
    group by is_total
)

select
    tier,
    requests,
    confirmed,
    cancelled,
    pending,
    attended,
    no_show,
    upcoming,
    rerequested_after_cancel,
    sessions,
    missing_end
from tiers
where
    requests <> confirmed + cancelled + pending
    or confirmed <> attended + no_show + upcoming
    or rerequested_after_cancel > cancelled
    or missing_end > sessions

union all

select
    'the total, or the sum of the tiers' as tier,
    *
from sums
group by all
having count(*) <> 2
