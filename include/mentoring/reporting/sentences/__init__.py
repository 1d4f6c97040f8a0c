"""What the report says, in words made from the numbers: on other data it says something else."""

from include.mentoring.reporting.sentences.accounts import accounts
from include.mentoring.reporting.sentences.answer import Answer, answer
from include.mentoring.reporting.sentences.data import SAMPLE, data
from include.mentoring.reporting.sentences.definitions import definitions
from include.mentoring.reporting.sentences.limits import limits
from include.mentoring.reporting.sentences.people import users_at_risk
from include.mentoring.reporting.sentences.reliability import reliability
from include.mentoring.reporting.sentences.sensitivity import sensitivity

__all__ = [
    "SAMPLE",
    "Answer",
    "accounts",
    "answer",
    "data",
    "definitions",
    "limits",
    "reliability",
    "sensitivity",
    "users_at_risk",
]
