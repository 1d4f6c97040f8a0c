-- A rate lies within 0 and 100 percent and inside its interval, and each is there where the other is. An end
-- may lie 0.05 beyond the rate, for it is rounded to one decimal and the rate to two.
with

intervals as (
    select
        'rpt_rebooking' as report,
        lens || ', ' || cohort || ', ' || tier as subject,
        rebooking_rate_pct as rate_pct,
        ci_low_pct,
        ci_high_pct
    from {{ ref('rpt_rebooking') }}

    union all

    select
        'rpt_mentors' as report,
        mentor_id || ', ' || tier as subject,
        rate_pct,
        ci_low_pct,
        ci_high_pct
    from {{ ref('rpt_mentors') }}

    union all

    select
        'rpt_monthly_cohorts' as report,
        cast(cohort_month as string) || ', ' || tier_category as subject,
        rate_pct,
        ci_low_pct,
        ci_high_pct
    from {{ ref('rpt_monthly_cohorts') }}

    union all

    select
        'rpt_account_status' as report,
        tier_category || ', ' || account_status as subject,
        rate_pct,
        ci_low_pct,
        ci_high_pct
    from {{ ref('rpt_account_status') }}

    union all

    select
        'rpt_rebooking_history' as report,
        cast(as_of_date as string) || ', ' || tier as subject,
        rate_pct,
        ci_low_pct,
        ci_high_pct
    from {{ ref('rpt_rebooking_history') }}
)

select *
from intervals
where
    (rate_pct is null) <> (ci_low_pct is null)
    or (rate_pct is null) <> (ci_high_pct is null)
    or rate_pct not between ci_low_pct - 0.05 and ci_high_pct + 0.05
    or ci_low_pct < 0
    or ci_high_pct > 100
