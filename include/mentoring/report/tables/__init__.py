"""Tables of the report: the rows of the results as text, under heads a person reads."""

from include.mentoring.report.tables.data_tables import files, gate, quality, rejected
from include.mentoring.report.tables.people_tables import (
    account_status,
    mentors,
    monthly_cohorts,
    users_at_risk,
)
from include.mentoring.report.tables.rebooking_tables import comparisons, headline, lenses, sensitivity
from include.mentoring.report.tables.system_tables import checks, reliability
from include.mentoring.report.tables.table import Table

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
