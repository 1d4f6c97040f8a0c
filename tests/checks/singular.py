"""What is planted to break the data tests that have a rule of their own, a violation for each side of it."""

from tests.checks.violations import Violation

# The first and the last date of the history.
FIRST, LAST = (
    f"as_of_date = (select {one}(as_of_date) from reports.rpt_rebooking_history)" for one in ("min", "max")
)
STAGING = {
    "load_counts_add_up": [
        Violation(
            "a row of a file that was neither loaded, rejected nor a duplicate",
            "update staging.stg_loads set rows_in_file = rows_in_file + 1 where load_id = 1",
        ),
    ],
    "rejected_rows_are_stored": [
        Violation("a rejected row is gone", "delete from staging.stg_rejected_rows where row_number > 0"),
        Violation(
            "a load has a rejected row less than the ledger says",
            "update staging.stg_loads set rows_rejected = rows_rejected + 1 where load_id = 1",
        ),
        Violation(
            "rejected rows of a load that the ledger lacks",
            "update staging.stg_rejected_rows set load_id = -1 where true",
        ),
    ],
    "users_are_fresh": [
        Violation(
            "the users are three days older than the latest delivery",
            "update raw.loads set data_date = data_date - 3 where source = 'users'",
        ),
    ],
    "events_are_fresh": [
        Violation("no events were ever accepted", "delete from raw.loads where source = 'events'"),
    ],
}
MARTS = {
    "no_fact_is_lost": [
        Violation(
            "a start without its session",
            "delete from marts.fct_sessions"
            " where session_id = (select min(session_id) from marts.fct_sessions)",
        ),
        Violation(
            "a request with two bookings",
            "insert into marts.fct_bookings select * from marts.fct_bookings limit 1",
        ),
    ],
}
RATES = {
    "category_totals_add_up": [
        Violation(
            "a category has a user more than its tiers",
            "update reports.rpt_rebooking set total_users_w_sessions = total_users_w_sessions + 1"
            " where tier = 'top_tier' and lens = 'sessions' and cohort = 'all'",
        ),
        Violation(
            "a tier has one more who rebooked than its category",
            "update reports.rpt_rebooking set rebooked_count = rebooked_count + 1"
            " where tier = 'Silver' and lens = 'intent' and cohort = 'mature'",
        ),
    ],
    "every_user_counts_once": [
        Violation(
            "the headline lacks a user",
            "update reports.rpt_rebooking set total_users_w_sessions = total_users_w_sessions - 1"
            " where tier = 'Gold' and lens = 'sessions' and cohort = 'all'",
        ),
        Violation(
            "a session is of a user more",
            "insert into marts.fct_sessions"
            " select * replace ('somebody' as user_id) from marts.fct_sessions limit 1",
        ),
        Violation(
            "more users rebooked than there are",
            "update reports.rpt_rebooking set rebooked_count = total_users_w_sessions + 1"
            " where tier = 'Bronze' and lens = 'bookings' and cohort = 'mature'",
        ),
    ],
    "intervals_hold_their_rate": [
        Violation(
            "a tier's rate lies above its interval",
            "update reports.rpt_rebooking set rebooking_rate_pct = ci_high_pct + 0.06"
            " where tier = 'Gold' and lens = 'sessions' and cohort = 'all'",
        ),
        Violation(
            "a rate without the lower end of its interval",
            "update reports.rpt_rebooking set ci_low_pct = null"
            " where tier = 'Gold' and lens = 'sessions' and cohort = 'all'",
        ),
        Violation(
            "a rate without the upper end of its interval",
            "update reports.rpt_rebooking set ci_high_pct = null"
            " where tier = 'Gold' and lens = 'sessions' and cohort = 'all'",
        ),
        Violation(
            "an interval begins below 0",
            "update reports.rpt_rebooking set ci_low_pct = -0.1"
            " where tier = 'Gold' and lens = 'sessions' and cohort = 'all'",
        ),
        Violation(
            "an interval ends above 100",
            "update reports.rpt_rebooking set ci_high_pct = 100.1"
            " where tier = 'Gold' and lens = 'sessions' and cohort = 'all'",
        ),
        Violation(
            "a mentor's interval has no rate",
            "update reports.rpt_mentors set rate_pct = null where users > 0",
        ),
        Violation(
            "a month's rate lies below its interval",
            "update reports.rpt_monthly_cohorts set rate_pct = ci_low_pct - 0.06 where users > 0",
        ),
        Violation(
            "the rate of an account status lies above its interval",
            "update reports.rpt_account_status set rate_pct = ci_high_pct + 0.06"
            " where tier_category = 'top_tier' and account_status = 'active'",
        ),
        Violation(
            "a rate of the history lies below its interval",
            "update reports.rpt_rebooking_history set rate_pct = ci_low_pct - 0.06 where tier = 'Gold'",
        ),
    ],
}
HISTORY = {
    "history_ends_with_the_mature_cohort": [
        Violation(
            "the mature cohort has a user more than the last date",
            "update reports.rpt_rebooking set total_users_w_sessions = total_users_w_sessions + 1"
            " where tier = 'Gold' and lens = 'sessions' and cohort = 'mature'",
        ),
        Violation(
            "the last date has one more who rebooked than the mature cohort",
            "update reports.rpt_rebooking_history set rebooked = rebooked + 1"
            f" where {LAST} and tier in ('Gold', 'top_tier')",
        ),
        Violation(
            "a tier is missing at the last date",
            f"delete from reports.rpt_rebooking_history where {LAST} and tier in ('Gold', 'top_tier')",
        ),
        Violation(
            "a category has a user less than its tiers",
            f"update reports.rpt_rebooking_history set users = users - 1 where {FIRST} and is_category_total",
        ),
        Violation(
            "a category has one less who rebooked than its tiers",
            "update reports.rpt_rebooking_history set rebooked = rebooked - 1"
            f" where {FIRST} and is_category_total",
        ),
        Violation(
            "there are fewer users than at the date before",
            f"update reports.rpt_rebooking_history set users = users + 1000"
            f" where {FIRST} and tier in ('Gold', 'top_tier')",
        ),
        Violation(
            "fewer rebooked than at the date before",
            f"update reports.rpt_rebooking_history set rebooked = rebooked + 1000"
            f" where {FIRST} and tier in ('Gold', 'top_tier')",
        ),
    ],
}
OTHER_FIGURES = {
    "readings_agree_with_the_rates": [
        Violation(
            "a window has a user more than the headline",
            "update reports.rpt_sensitivity set n = n + 1 where reading = 'window_14d' and tier = 'Gold'",
        ),
        Violation(
            "a reading has a session more than the reliability",
            "update reports.rpt_sensitivity set n = n + 1 where reading = 'per_session' and tier = 'Gold'",
        ),
        Violation(
            "a mean of mentors is over one more than there are",
            "update reports.rpt_sensitivity set n = n + 1"
            " where reading = 'mean_of_mentors' and tier = 'Silver'",
        ),
        Violation(
            "a tier has no mean of its mentors",
            "delete from reports.rpt_sensitivity where reading = 'mean_of_mentors' and tier = 'Gold'",
        ),
        Violation(
            "the headline has a user more than the windows",
            "update reports.rpt_rebooking set total_users_w_sessions = total_users_w_sessions + 1"
            " where tier = 'Gold' and lens = 'sessions' and cohort = 'all'",
        ),
        Violation(
            "fewer came back within 60 days than within 14",
            "update reports.rpt_sensitivity set rebooked = 0 where reading = 'window_60d' and tier = 'Gold'",
        ),
        Violation(
            "nobody came back within the widest window",
            "update reports.rpt_sensitivity set rebooked = 0 where reading = 'window_90d' and tier = 'Gold'",
        ),
    ],
    "curve_of_returns_holds_together": [
        Violation(
            "the curve falls on a day",
            "update reports.rpt_time_to_return set returned_pct = 0, ci_low_pct = null"
            " where tier = 'Gold' and days = 29",
        ),
        Violation(
            "a day has more users at risk than the day before",
            "update reports.rpt_time_to_return set at_risk = 1000 where tier = 'Gold' and days = 3",
        ),
        Violation(
            "the curve leaves its band",
            "update reports.rpt_time_to_return set ci_low_pct = returned_pct + 1, ci_high_pct = 100"
            " where tier = 'Gold' and days = 20",
        ),
        Violation(
            "a day is missing", "delete from reports.rpt_time_to_return where tier = 'Gold' and days = 7"
        ),
        Violation(
            "a day lies outside the window",
            "update reports.rpt_time_to_return set days = 31 where tier = 'Gold' and days = 30",
        ),
        Violation(
            "the curve ends below the rate",
            "update reports.rpt_rebooking set rebooking_rate_pct = rebooking_rate_pct + 20"
            " where tier = 'Gold' and lens = 'sessions'",
        ),
        Violation(
            "a tier of the headline has no curve",
            "delete from reports.rpt_time_to_return where tier = 'Gold'",
        ),
        Violation(
            "a curve has no headline",
            "delete from reports.rpt_rebooking where tier = 'Gold' and lens = 'sessions'",
        ),
    ],
    "reliability_adds_up": [
        Violation(
            "a request without a status",
            "update reports.rpt_reliability set requests = requests + 1 where tier = 'Gold' or is_total",
        ),
        Violation(
            "a confirmed booking without an outcome",
            "update reports.rpt_reliability set attended = attended - 1 where tier = 'Gold' or is_total",
        ),
        Violation(
            "more requests again than cancellations",
            "update reports.rpt_reliability set rerequested_after_cancel = rerequested_after_cancel + 1000"
            " where tier = 'Gold' or is_total",
        ),
        Violation(
            "more missing ends than sessions",
            "update reports.rpt_reliability set missing_end = missing_end + 1000"
            " where tier = 'Gold' or is_total",
        ),
        Violation(
            "the total has a session more than the tiers",
            "update reports.rpt_reliability set sessions = sessions + 1 where is_total",
        ),
        Violation(
            "the total has a missing end less than the tiers",
            "update reports.rpt_reliability set missing_end = missing_end - 1 where is_total",
        ),
        Violation(
            "the total has a request again less than the tiers",
            "update reports.rpt_reliability set rerequested_after_cancel = rerequested_after_cancel - 1"
            " where is_total",
        ),
    ],
    "breakdowns_agree_with_the_rates": [
        Violation(
            "a mentor has a user more than the rates",
            "update reports.rpt_mentors set users = users + 1"
            " where mentor_id = (select min(mentor_id) from reports.rpt_mentors where users > 0)",
        ),
        Violation(
            "a month is missing",
            "delete from reports.rpt_monthly_cohorts"
            " where cohort_month = (select min(cohort_month) from reports.rpt_monthly_cohorts)",
        ),
        Violation(
            "an account status has one more who rebooked than the rates",
            "update reports.rpt_account_status set rebooked = rebooked + 1"
            " where tier_category = 'top_tier' and account_status = 'active'",
        ),
        Violation(
            "a comparison's first group has a user more than the rates",
            "update reports.rpt_comparisons set a_users = a_users + 1"
            " where lens = 'intent' and group_a = 'Gold'",
        ),
        Violation(
            "a comparison's second group has one more who rebooked than the rates",
            "update reports.rpt_comparisons set b_rebooked = b_rebooked + 1"
            " where lens = 'sessions' and group_b = 'standard_tier'",
        ),
        Violation(
            "a comparison is missing",
            "delete from reports.rpt_comparisons where lens = 'bookings' and group_a = 'top_tier'",
        ),
    ],
    "checks_agree_with_the_findings": [
        Violation(
            "a double booking that is no finding",
            "update reports.rpt_checks set double_bookings = double_bookings + 1 where true",
        ),
        Violation(
            "an orphan that is no finding",
            "update reports.rpt_checks set orphan_users = list_append(orphan_users, 'x') where true",
        ),
        Violation(
            "a finding without its double booking",
            "delete from reports.rpt_quality where finding = 'double_booking'",
        ),
        Violation(
            "an example too many",
            "update reports.rpt_quality set examples = list_append(examples, 'x') where finding = 'anomaly'",
        ),
    ],
}
BY_NAME: dict[str, list[Violation]] = STAGING | MARTS | RATES | HISTORY | OTHER_FIGURES
