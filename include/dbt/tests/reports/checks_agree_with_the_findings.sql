-- What the checks count is found one by one as well, double bookings and orphan users alike; and examples are
-- at most five and no more than there are findings.
with

checks as (
    select
        'double_booking' as finding,
        double_bookings as found
    from {{ ref('rpt_checks') }}

    union all

    select
        'orphan_user' as finding,
        {{ list_length('orphan_users') }} as found
    from {{ ref('rpt_checks') }}
),

quality as (
    select * from {{ ref('rpt_quality') }}
),

findings as (
    select
        finding,
        sum(findings) as found
    from quality
    group by finding
)

select
    checks.finding,
    checks.found as found_by_checks,
    findings.found as found_one_by_one
from checks
left join findings
    on checks.finding = findings.finding
where checks.found <> coalesce(findings.found, 0)

union all

select
    finding || ', ' || detail as finding,
    {{ list_length('examples') }} as found_by_checks,
    findings as found_one_by_one
from quality
where {{ list_length('examples') }} <> least(findings, 5)
