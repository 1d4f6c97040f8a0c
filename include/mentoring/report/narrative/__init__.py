"""The report's sentences, written from the numbers: other data gives other sentences."""

from include.mentoring.report.narrative.accounts import accounts
from include.mentoring.report.narrative.answer import Answer, answer
from include.mentoring.report.narrative.data import SAMPLE, data
from include.mentoring.report.narrative.definitions import definitions
from include.mentoring.report.narrative.head import data_line, headline, is_stale, short_answers
from include.mentoring.report.narrative.limits import limits
from include.mentoring.report.narrative.people import users_at_risk, users_behind
from include.mentoring.report.narrative.reliability import reliability
from include.mentoring.report.narrative.returns import none_came_back, returns
from include.mentoring.report.narrative.sensitivity import sensitivity
from include.mentoring.report.narrative.strength import strength
from include.mentoring.report.narrative.warnings import warnings

__all__ = [
    "SAMPLE",
    "Answer",
    "accounts",
    "answer",
    "data",
    "data_line",
    "definitions",
    "headline",
    "is_stale",
    "limits",
    "none_came_back",
    "reliability",
    "returns",
    "sensitivity",
    "short_answers",
    "strength",
    "users_at_risk",
    "users_behind",
    "warnings",
]
