"""The bounds of what is plausible in a delivery of this domain.

What is above the first two is refused, all else is a warning.
"""

# Percent of the requests, and of the confirmations, that are of users in no user row.
MAX_ORPHAN_PCT = 5
# A sheet that lags behind lacks a mentor or two; one with other ids lacks nearly all.
MAX_UNLISTED_PCT = 25
# A day of sign-up may be one of another time zone; more events before it are of other users, or dates.
MAX_BEFORE_SIGNUP_PCT = 1
# A few percent of the sessions have no recorded end; judged from so many sessions on.
MAX_WITHOUT_END_PCT = 25
MIN_SESSIONS = 20
# A mentor who rises from the lowest tier to the highest costs four times as much.
MAX_PRICE_CHANGE = 5
