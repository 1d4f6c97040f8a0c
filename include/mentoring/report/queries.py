"""The queries behind the report: `LISTS` and the like read tables of `reports`, each in a fixed order."""

PARAMETERS = "select * from reports.rpt_parameters"

# In the order of the document. The parameters ($lenses, $tiers, ...) are fixed orders; values they do not
# list come last.
LISTS = {
    "files": """
        select
            source,
            file_name as file,
            sha256,
            rows_in_file,
            rows_loaded,
            rows_rejected,
            rows_duplicate,
            data_date::varchar as data_date
        from reports.rpt_files
        order by load_id
    """,
    "rebooking": """
        select
            lens,
            cohort,
            tier,
            tier_category,
            total_users_w_sessions,
            rebooked_count,
            rebooking_rate_pct,
            ci_low_pct,
            ci_high_pct,
            is_category_total
        from reports.rpt_rebooking
        order by
            list_position($lenses, lens),
            cohort,
            is_category_total,
            rebooking_rate_pct desc,
            list_position($tiers, tier),
            tier
    """,
    "comparisons": """
        select
            lens,
            cohort,
            group_a as a,
            group_b as b,
            * exclude (lens, cohort, group_a, group_b)
        from reports.rpt_comparisons
        order by
            list_position($lenses, lens),
            cohort,
            group_a = 'top_tier' desc,
            list_position($tiers, group_a)
    """,
    "sensitivity": """
        select reading, tier, n, rebooked, rate_pct
        from reports.rpt_sensitivity
        order by list_position($variants, reading), list_position($tiers, tier), tier
    """,
    "reliability": """
        select * exclude (is_total)
        from reports.rpt_reliability
        where not is_total
        order by list_position($tiers, tier), tier
    """,
    "quality": """
        select finding, detail, findings, examples
        from reports.rpt_quality
        order by finding, detail
    """,
    "mentors": """
        select *
        from reports.rpt_mentors
        order by list_position($tiers, tier), tier, users desc, mentor_id
    """,
    "mentor_dispersion": """
        select *
        from reports.rpt_mentor_dispersion
        order by list_position($tiers, tier), tier
    """,
    "history": """
        select
            as_of_date as date,
            * exclude (as_of_date)
        from reports.rpt_rebooking_history
        order by
            as_of_date,
            is_category_total,
            list_position($categories, tier_category),
            list_position($tiers, tier),
            tier
    """,
    "prices": """
        select tier, lowest_rate, highest_rate
        from reports.rpt_prices
        order by list_position($tiers, tier), tier
    """,
    "monthly_cohorts": """
        select *
        from reports.rpt_monthly_cohorts
        order by cohort_month, list_position($categories, tier_category)
    """,
    "time_to_return": """
        select *
        from reports.rpt_time_to_return
        order by list_position($tiers, tier), tier, days
    """,
    "users_at_risk": """
        select *
        from reports.rpt_users_at_risk
        order by return_pct desc nulls last, last_session_at desc, user_id
    """,
    "account_status": """
        select *
        from reports.rpt_account_status
        order by list_position($categories, tier_category), account_status
    """,
}

RELIABILITY_TOTAL = "select * exclude (is_total) from reports.rpt_reliability where is_total"
CHECKS = """
    select double_bookings, orphan_users, users_without_session, dormant_users
    from reports.rpt_checks
"""
TESTS = """
    select * exclude (returned, same_mentor)
    from reports.rpt_tests
"""
LIMITS = "select * from reports.rpt_limits"
SAME_MENTOR_RETURNS = "select returned, same_mentor from reports.rpt_tests"
ANOMALIES = """
    select detail, findings
    from reports.rpt_quality
    where finding = 'anomaly'
    order by detail
"""
ORIGIN = "select max(origin) as origin from raw.loads"

# Above this number of users with a session, the report has the query alone, and not its rows.
MAX_LISTED_USERS = 300
# A reader runs it as it stands, so its order needs no parameters.
USERS = """
    select
        rebookings.tier,
        rebookings.user_id,
        rebookings.first_item_at as first_session_at,
        rebookings.mentor_id,
        rebookings.next_item_at as next_session_at,
        rebookings.is_rebooked,
        rebookings.days_to_return,
        rebookings.is_mature,
        loads.data_date,
        loads.file_name as file,
        loads.sha256,
        events.row_number
    from marts.fct_rebookings as rebookings
    inner join marts.fct_sessions as sessions
        on
            rebookings.user_id = sessions.user_id
            and sessions.user_session_number = 1
    inner join staging.stg_events as events
        on sessions.session_id = events.event_id
    inner join marts.fct_loads as loads
        on events.load_id = loads.load_id
    where rebookings.lens = 'sessions'
    order by rebookings.tier, rebookings.first_item_at, rebookings.user_id
"""
