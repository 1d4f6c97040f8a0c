-- The tiers of a category sum up to its total, of users and of those who rebooked.
with

sums as (
    select
        lens,
        cohort,
        tier_category,
        sum(case when is_category_total then total_users_w_sessions else -total_users_w_sessions end)
            as users_missing,
        sum(case when is_category_total then rebooked_count else -rebooked_count end)
            as rebooked_missing
    from {{ ref('rpt_rebooking') }}
    group by lens, cohort, tier_category
)

select *
from sums
where
    users_missing <> 0
    or rebooked_missing <> 0
