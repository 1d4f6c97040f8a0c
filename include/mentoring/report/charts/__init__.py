"""Charts of the report, as SVG without scripts, fonts or links."""

from include.mentoring.report.charts.cohorts import monthly_cohorts
from include.mentoring.report.charts.differences import differences
from include.mentoring.report.charts.history import rate_history
from include.mentoring.report.charts.mentors import mentor_dots
from include.mentoring.report.charts.outcomes import booking_outcomes
from include.mentoring.report.charts.picture import Picture
from include.mentoring.report.charts.rates import rate_by_tier
from include.mentoring.report.charts.returns import time_to_return

__all__ = [
    "Picture",
    "booking_outcomes",
    "differences",
    "mentor_dots",
    "monthly_cohorts",
    "rate_by_tier",
    "rate_history",
    "time_to_return",
]
