"""Defects of single rows: how they are spelled, repeated and ordered, and which cannot be accepted."""

from datetime import timedelta

from ..history import KINDS, TIERS
from ..worlds import END, MICROSECOND, MINUTE, Draft, spell
from .registry import defect


@defect
def mixed_type_user_ids(draft: Draft) -> None:
    """Some ids are numbers, some are text."""
    draft.mixes_ids = True


@defect
def exact_duplicate_event(draft: Draft) -> None:
    """An event stands in the file twice."""
    event = draft.random.choice(draft.events)
    event["spelling"] = "Z"
    draft.events.append(event)


@defect
def respelled_event(draft: Draft) -> None:
    """An event stands in the file in several spellings of its time, which are one content."""
    event = draft.random.choice(draft.events)
    event["spelling"] = "Z"
    draft.events += [event | {"spelling": spelling} for spelling in ("+00:00", "-03:30", "")]


@defect
def blanks_around_texts(draft: Draft) -> None:
    """Mentors of events and tiers of a sheet have blanks around them, which are no part of them."""
    for event in draft.random.sample(draft.events, min(4, len(draft.events))):
        event["mentor_id"] += "\u00a0\u200b"
    row = draft.random.choice(draft.random.choice(draft.mentors))
    row["tier"] = f" {row['tier']}\t"


@defect
def exact_duplicate_user(draft: Draft) -> None:
    """A user stands in an export twice."""
    export = draft.random.choice(draft.users)
    export.append(draft.random.choice(export))


@defect
def conflicting_user_row(draft: Draft) -> None:
    """A user stands in an export once more with another status; the first row counts."""
    for export in draft.users:
        row = draft.random.choice(export)
        export.append(row | {"status": "active" if row["status"] == "churned" else "churned"})


@defect
def conflicting_mentor_row(draft: Draft) -> None:
    """A mentor stands in a sheet once more with another tier; the first row counts."""
    for sheet in draft.mentors:
        row = draft.random.choice(sheet)
        sheet.append(row | {"tier": draft.random.choice([tier for tier in TIERS if tier != row["tier"]])})


@defect
def out_of_order(draft: Draft) -> None:
    """Events stand in the file in no order."""
    draft.is_shuffled = True


@defect
def same_id_other_content(draft: Draft) -> None:
    """An event id comes once more with another type, time, user or mentor; the first one counts."""
    for event in draft.random.sample(draft.events, min(2, len(draft.events))):
        change = draft.random.choice(
            [
                {"event_type": draft.random.choice([kind for kind in KINDS if kind != event["event_type"]])},
                {"at": event["at"] + draft.random.choice([-MINUTE, MICROSECOND])},
                {"user_id": f"{draft.number}998"},
                {"mentor_id": f"M{draft.number}-other"},
            ]
        )
        draft.events.append(event | change)


@defect
def offsets(draft: Draft) -> None:
    """Times have other offsets than Z, or none."""
    draft.spellings = ("Z", "", "+00:00", "+05:30", "-03:30", "-0800", "+02", "+14:00", "z")


@defect
def sub_second_times(draft: Draft) -> None:
    """Times have parts of a second, down to those that no microsecond holds."""
    draft.spellings = ("Z", "nanoseconds", "-03:30")
    for event in draft.events:
        event["at"] -= timedelta(microseconds=draft.random.choice([1, 250_000, 999_999]))


@defect
def unfit_event(draft: Draft) -> None:
    """Records that are no events: their reasons are those of the contract."""
    user, mentor = draft.pair()
    event = {
        "event_id": f"unfit-{draft.number}",
        "user_id": user,
        "mentor_id": mentor,
        "timestamp": "2031-02-03T10:00:00Z",
        "event_type": "session_started",
    }
    draft.unfit += [
        event | {"event_type": "booking_moved"},
        event | {"timestamp": "2031-02-30T10:00:00Z"},
        event | {"timestamp": "yesterday"},
        event | {"timestamp": None},
        event | {"timestamp": spell(END + MICROSECOND, draft.random.choice(["Z", "", "+14:00", "-03:30"]))},
        event | {"timestamp": "9999-12-31T23:59:59Z"},
        event | {"user_id": "  "},
        event | {"mentor_id": f"M{draft.number}\0"},
        {"event_id": f"unfit-{draft.number}"},
        {},
        [event],
        "session_started",
        7,
    ]


@defect
def unfit_row_of_a_fit_id(draft: Draft) -> None:
    """A row that is rejected has the id of an event that is not: it takes nothing from that one."""
    event = draft.random.choice(draft.events)
    row = {name: event[name] for name in ("event_id", "user_id", "mentor_id")}
    draft.unfit.append(row | {"timestamp": "soon", "event_type": event["event_type"]})


@defect
def unfit_rows_of_exports(draft: Draft) -> None:
    """In some exports a user's date, status or company cannot be read, in some sheets a tier or price."""
    for change in ({"signup_date": "2031-02-30"}, {"status": "paused"}, {"company_id": ""}):
        user = draft.user()
        for export in draft.random.sample(draft.users, 2):
            export[-1] |= change
        draft.attended(user, draft.known("mentor_id"), draft.moment())
    for change in ({"tier": "Platinum"}, {"hourly_rate": "much"}, {"hourly_rate": ""}):
        mentor = draft.mentor()
        for sheet in draft.random.sample(draft.mentors, 2):
            sheet[-1] |= change
        draft.attended(draft.known("user_id"), mentor, draft.moment())
