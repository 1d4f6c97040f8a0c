"""The bounds of what is plausible in a delivery of any source; those of the domain are with its expectations.

A percentage is of rows. What is above MAX_RECURRING_PCT_ACCEPTED is refused, all else is a warning.
"""

# Shares of values, and volumes, are judged in files of at least this many rows.
MIN_ROWS = 100
# An unknown value above this share of a file is rather a name that has changed at the source.
MAX_NEW_VALUE_PCT = 1
# A known value with at least this share of all accepted rows is missed in a file without it.
MIN_KNOWN_VALUE_PCT = 1
# Percentage points by which a value's share of a file may differ from its share of all accepted rows.
MAX_SHARE_DRIFT = 15
# New rows that equal another one in all but the key...
MAX_RECURRING_PCT = 1
MAX_RECURRING_PCT_ACCEPTED = 20
# ... of which this many refuse a delivery: one of two events may be a double click.
MIN_RECURRING_ROWS = 10
# Keys of the snapshot in force that the next one lacks; fewer than MIN_VANISHED are people who left.
MAX_VANISHED_PCT = 20
MIN_VANISHED = 2
# How many times the rows of the snapshot in force the next one has...
MAX_GROWTH = 2
# ... where there were at least this many.
MIN_SNAPSHOT_ROWS = 10
# New rows of one minute of the day: an export of dates alone has all at midnight.
MAX_SAME_MINUTE_PCT = 50
# New rows at other hours of the day than the accepted ones; chance moves up to 35 % of a hundred rows.
MAX_HOURS_DRIFT_PCT = 40
# Accepted rows that an export of everything lacks.
MAX_LACKING_PCT = 5
# How many times the rows of the last file of new rows the next one has, or how small a part of them.
MAX_INCREMENT_CHANGE = 5
