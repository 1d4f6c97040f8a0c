"""The columns of the tables of `reports`, as dbt's contracts declare them."""

COLUMNS = {
    "rpt_parameters": "observation_end timestamp, rebooking_window_days integer, session_default_minutes"
    " integer, no_show_grace_days integer, at_risk_days integer, few_users integer",
    "rpt_files": "load_id integer, source varchar, file_name varchar, sha256 varchar, data_date date,"
    " rows_in_file bigint, rows_loaded bigint, rows_rejected bigint, rows_duplicate bigint",
    "rpt_rebooking": "lens varchar, cohort varchar, tier varchar, tier_category varchar, is_category_total"
    " boolean, total_users_w_sessions bigint, rebooked_count bigint, rebooking_rate_pct decimal(5, 2),"
    " ci_low_pct decimal(4, 1), ci_high_pct decimal(4, 1)",
    "rpt_comparisons": "lens varchar, group_a varchar, group_b varchar, a_users bigint, a_rebooked bigint,"
    " b_users bigint, b_rebooked bigint, difference_pp decimal(5, 2), risk_ratio decimal(18, 2), fisher_p"
    " double, mentor_permutation_p double, mentors_a bigint, mentors_b bigint, is_small boolean",
    "rpt_sensitivity": "reading varchar, tier varchar, n bigint, rebooked bigint, rate_pct decimal(5, 2)",
    "rpt_reliability": "tier varchar, is_total boolean, requests bigint, confirmed bigint, cancelled bigint,"
    " pending bigint, attended bigint, no_show bigint, upcoming bigint, rerequested_after_cancel bigint,"
    " sessions bigint, missing_end bigint, median_minutes_to_confirm double",
    "rpt_checks": "observation_end timestamp, double_bookings bigint, orphan_users varchar[],"
    " users_without_session bigint, dormant_users bigint",
    "rpt_quality": "finding varchar, detail varchar, findings bigint, examples varchar[]",
    "rpt_mentors": "mentor_id varchar, tier varchar, tier_category varchar, requests bigint, cancelled"
    " bigint, sessions bigint, users bigint, rebooked bigint, rate_pct decimal(5, 2), ci_low_pct"
    " decimal(4, 1), ci_high_pct decimal(4, 1), is_small boolean",
    "rpt_monthly_cohorts": "cohort_month date, tier_category varchar, users bigint, rebooked bigint,"
    " rate_pct decimal(5, 2), ci_low_pct decimal(4, 1), ci_high_pct decimal(4, 1), is_mature boolean,"
    " is_small boolean",
    "rpt_return_curve": "tier varchar, day integer, users bigint, returned bigint, returned_pct"
    " decimal(5, 2)",
    "rpt_users_at_risk": "user_id varchar, company_id varchar, account_status varchar, last_session_at"
    " timestamp, last_mentor_id varchar, last_tier varchar, days_since_session integer",
    "rpt_account_status": "tier_category varchar, account_status varchar, users bigint, share_pct"
    " decimal(5, 2), rebooked bigint, rate_pct decimal(5, 2), ci_low_pct decimal(4, 1), ci_high_pct"
    " decimal(4, 1), is_small boolean",
}
