"""Tables of the report: the rows of the results as text, under heads a person reads."""

from include.mentoring.reporting.tables.data import files, gate, quality, rejected
from include.mentoring.reporting.tables.people import account_status, mentors, monthly_cohorts, users_at_risk
from include.mentoring.reporting.tables.rebooking import comparisons, headline, lenses, sensitivity
from include.mentoring.reporting.tables.system import checks, reliability
from include.mentoring.reporting.tables.table import Table

__all__ = [
    "Table",
    "account_status",
    "checks",
    "comparisons",
    "files",
    "gate",
    "headline",
    "lenses",
    "mentors",
    "monthly_cohorts",
    "quality",
    "rejected",
    "reliability",
    "sensitivity",
    "users_at_risk",
]
