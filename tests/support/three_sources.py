"""Three sources, of each kind and format, for tests that must not change when the domain declares another."""

from dataclasses import replace

from include.mentoring.pipeline import PIPELINE as DECLARED
from include.mentoring.sources import EVENTS, MENTORS, USERS

PIPELINE = replace(DECLARED, sources=(USERS, MENTORS, EVENTS))
