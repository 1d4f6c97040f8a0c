"""Every defect that the simulator generates, by what must become of it."""

# (defect, source, the one reason of its rows)
ROW_DEFECTS = (
    ("record_is_no_object", "events", "malformed_record"),
    ("ragged_row", "users", "malformed_record"),
    ("ragged_row", "mentors", "malformed_record"),
    ("missing_value", "users", "missing_value"),
    ("missing_value", "mentors", "missing_value"),
    ("missing_value", "events", "missing_value"),
    ("invalid_timestamp", "events", "invalid_timestamp"),
    ("future_timestamp", "events", "future_timestamp"),
    ("invalid_date", "users", "invalid_date"),
    ("invalid_number", "mentors", "invalid_number"),
    ("unknown_event_type", "events", "unknown_event_type"),
    ("unknown_status", "users", "unknown_status"),
    ("unknown_tier", "mentors", "unknown_tier"),
    ("conflicting_duplicate", "users", "conflicting_duplicate"),
    ("conflicting_duplicate", "mentors", "conflicting_duplicate"),
    ("conflicting_duplicate", "events", "conflicting_duplicate"),
    ("same_event_id_other_content", "events", "conflicting_duplicate"),
)

# (defect, source): rows that are counted as duplicates
DUPLICATE_ROW_DEFECTS = (
    ("exact_duplicate_rows", "users"),
    ("exact_duplicate_rows", "mentors"),
    ("exact_duplicate_rows", "events"),
    ("same_event_id_same_content", "events"),
)

# (defect, source): one row of a table is malformed; of a JSON array it is the file that cannot be read
TABLE_ROW_DEFECTS = (("nul_byte", "users"), ("nul_byte", "mentors"))

# (defect, source, what the refusal says)
FILE_DEFECTS = (
    ("missing_file", "users", "users_db_export.csv is missing from "),
    ("missing_file", "mentors", "mentor_tiers.csv is missing from "),
    ("missing_file", "events", "booking_events.json is missing from "),
    ("empty_file", "users", "users_db_export.csv is empty: found 0 bytes"),
    ("empty_file", "mentors", "mentor_tiers.csv is empty: found 0 bytes"),
    ("empty_file", "events", "booking_events.json is empty: found 0 bytes"),
    ("header_only", "users", "users_db_export.csv has no rows: found 38 bytes without a record"),
    ("header_only", "mentors", "mentor_tiers.csv has no rows: found 27 bytes without a record"),
    ("header_only", "events", "booking_events.json has no rows: found 3 bytes without a record"),
    ("not_utf8", "users", "users_db_export.csv is not UTF-8: found byte 0xe9"),
    ("not_utf8", "mentors", "mentor_tiers.csv is not UTF-8: found byte 0xe9"),
    ("not_utf8", "events", "booking_events.json is not UTF-8: found byte 0xe9"),
    ("truncated_users", "users", "users_db_export.csv is truncated: row 155, its last, is incomplete"),
    ("truncated_mentors", "mentors", "mentor_tiers.csv is truncated: row 15, its last, is incomplete"),
    ("truncated_events", "events", "cannot be parsed to its end: its array is not closed, found 'e'"),
    ("missing_column", "users", "lacks the column status: found user_id, company_id, signup_date"),
    ("missing_column", "mentors", "lacks the column tier: found mentor_id, hourly_rate"),
    ("missing_column", "events", "lacks the column timestamp: found event_id, user_id, mentor_id"),
    ("nul_byte", "events", "cannot be parsed to its end: Malformed JSON"),
)

# Of a delivery as a whole: tests/pipeline/quality/test_expectations.py says what the gate tells of each.
GATE_DEFECTS = (
    ("new_event_ids",),
    ("cancellations_renamed",),
    ("only_new_events",),
    ("events_absent",),
    ("users_absent",),
    ("price_with_a_digit_too_many",),
    ("price_of_nothing",),
    ("late_signup",),
    ("dates_alone",),
    ("shifted_clock",),
    ("new_mentors",),
)

# Files that are unusual, and events that a naive reading gets wrong: every row of them loads.
HARMLESS_DEFECTS = (
    "extra_columns",
    "column_order",
    "bom",
    "crlf",
    "blank_lines",
    "one_object_a_line",
    "offsets",
    "no_offset",
    "subsecond",
    "blanks_around_mentors",
    "respelled_export",
    "mixed_type_ids",
    "dormant_users",
    "churned_with_activity",
    "unknown_user",
    "orphan_requests",
    "unknown_mentor",
    "second_mentor",
    "missing_session_ended",
    "cancel_and_rerequest_same_second",
    "several_requests_a_day",
    "right_censored",
    "two_sessions_a_day",
    "session_across_midnight",
    "out_of_order",
    "cancel_after_confirm",
    "end_without_start",
    "two_ends",
    "stopped_clock",
    "split_session",
    "tier_change",
    "mentor_left",
)
