"""Defects of users and mentors: unknown, idle, changing from export to export, two at once."""

from datetime import timedelta

from ..history import TIERS
from ..worlds import CONTENT, MICROSECOND, MINUTE, Draft
from .registry import defect


@defect
def orphan_user(draft: Draft) -> None:
    """A user id that no export has."""
    draft.attended(f"{draft.number}999", draft.known("mentor_id"), draft.moment())


@defect
def second_mentor(draft: Draft) -> None:
    """A user has a session with another mentor within the window, or about."""
    user, start = draft.user(), draft.moment()
    draft.attended(user, draft.known("mentor_id"), start)
    draft.attended(user, draft.mentor(), start + timedelta(days=draft.random.randint(1, 40)))


@defect
def two_mentors_at_once(draft: Draft) -> None:
    """A user's first two sessions, and requests, are with two mentors at the same time."""
    user, start = draft.user(), draft.moment()
    for mentor in (draft.mentor(), draft.mentor()):
        draft.booking(user, mentor, start - timedelta(days=1), wait=MINUTE)
        draft.session(user, mentor, start)
    if draft.random.random() < 0.5:
        draft.session(user, mentor, start + draft.random.choice([MICROSECOND, timedelta(days=9)]))


@defect
def unknown_mentor(draft: Draft) -> None:
    """A mentor that no sheet lists."""
    draft.attended(draft.known("user_id"), f"M{draft.number}-none", draft.moment())


@defect
def dormant_user(draft: Draft) -> None:
    """A user of the exports does nothing."""
    draft.user()


@defect
def churned_with_activity(draft: Draft) -> None:
    """A user who churned goes on."""
    user = draft.user()
    for export in draft.users:
        export[-1]["status"] = "churned"
    draft.attended(user, draft.known("mentor_id"), draft.moment())


@defect
def changing_user(draft: Draft) -> None:
    """A user's status changes from export to export, or the user vanishes from some."""
    user = draft.user()
    for export in draft.users:
        export[-1]["status"] = draft.random.choice(["active", "churned"])
        if draft.random.random() < 0.3:
            export.pop()
    draft.attended(user, draft.known("mentor_id"), draft.moment())


@defect
def changing_mentor(draft: Draft) -> None:
    """A mentor's tier and price change from sheet to sheet; some leave the mentor out."""
    user, mentor = draft.known("user_id"), draft.mentor()
    for sheet in draft.mentors:
        sheet[-1]["tier"] = draft.random.choice(TIERS)
        sheet[-1]["hourly_rate"] = draft.random.randint(20, 200)
        if draft.random.random() < 0.3:
            sheet.pop()
    for _ in range(draft.random.randint(1, 3)):
        draft.attended(user, mentor, draft.moment())


@defect
def mentor_of_later_sheets(draft: Draft) -> None:
    """A mentor stands in no sheet before the last ones; the first known tier reaches back."""
    user, mentor = draft.known("user_id"), draft.mentor()
    listed = draft.random.randint(1, max(CONTENT))
    for sheet in draft.mentors[:listed]:
        sheet.pop()
    for sheet in draft.mentors[listed:]:
        sheet[-1]["tier"] = draft.random.choice(TIERS)
    draft.attended(user, mentor, draft.moment(before=timedelta(days=60)))
