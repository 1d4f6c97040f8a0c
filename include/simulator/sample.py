"""The sample delivery the project ships: synthetic, small, with the contract's figures."""

import csv
import json
from datetime import timedelta
from pathlib import Path

from include.simulator.journeys import DORMANT_USERS, DUPLICATE_USER_ROWS, HOURLY_RATES, MENTORS
from include.simulator.seeded_choice import hex_id, number, pick
from include.simulator.timeline import OBSERVATION_END, Event, events, travellers

SEED = 2023
FIRST_USER_ID = 900001
ORPHAN_USER_ID = 999999
COMPANIES = 40


def write_sample(folder: Path, seed: int = SEED) -> None:
    """Writes the three files of the sample into `folder`, which is created if it is missing.

    The same seed writes the same bytes; every seed gives the figures of the contract.
    """
    folder.mkdir(parents=True, exist_ok=True)
    happened = events(seed)
    ids = user_ids(seed)
    first_at: dict[str, Event] = {}
    for event in happened:
        first_at.setdefault(event.traveller.key, event)
    write_csv(folder / "users_db_export.csv", user_rows(seed, ids, first_at))
    write_csv(folder / "mentor_tiers.csv", mentor_rows())
    text = json.dumps(event_rows(seed, ids, happened), indent=2)
    (folder / "booking_events.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def user_ids(seed: int) -> dict[str, int]:
    """Returns the user id of every traveller and dormant user, in an order unrelated to the journeys."""
    dormant = [f"dormant {place}" for place in range(DORMANT_USERS)]
    orphans = [person.key for person in travellers(seed) if person.orphan]
    known = dormant + [person.key for person in travellers(seed) if not person.orphan]
    known.sort(key=lambda key: number(seed, "user id", key))
    ids = {key: FIRST_USER_ID + place for place, key in enumerate(known)}
    return ids | {key: ORPHAN_USER_ID for key in orphans}


def user_rows(seed: int, ids: dict[str, int], first_at: dict[str, Event]) -> list[dict]:
    """Returns the backend's rows: one per known user in order of id, then the exact duplicates."""
    rows = []
    for key, user_id in sorted(ids.items(), key=lambda item: item[1]):
        if user_id == ORPHAN_USER_ID:
            continue
        first = first_at.get(key)
        begin = first.at if first else OBSERVATION_END - timedelta(days=30)
        signup = begin.date() - timedelta(days=1 + pick(30, seed, "signup", key))
        rows.append(
            {
                "user_id": user_id,
                "company_id": 1 + pick(COMPANIES, seed, "company", key),
                "signup_date": signup.isoformat(),
                "status": "churned" if first and first.traveller.churned else "active",
            }
        )
    return rows + sorted(rows, key=lambda row: number(seed, "twice", row))[:DUPLICATE_USER_ROWS]


def mentor_rows() -> list[dict]:
    """Returns the sheet of Ops: one row per mentor."""
    return [
        {
            "mentor_id": mentor.mentor_id,
            "tier": mentor.tier,
            "hourly_rate": HOURLY_RATES[mentor.tier],
        }
        for mentor in MENTORS
    ]


def event_rows(seed: int, ids: dict[str, int], happened: list[Event]) -> list[dict]:
    """Returns the booking tool's records; half of the users have their id as text.

    Raises ValueError if two events would get the same id: use another seed.
    """
    rows = []
    for place, event in enumerate(happened):
        user_id = ids[event.traveller.key]
        as_text = pick(2, seed, "id as text", user_id) == 1
        rows.append(
            {
                "event_id": hex_id(seed, "event", place),
                "user_id": str(user_id) if as_text else user_id,
                "mentor_id": event.traveller.mentor.mentor_id,
                "timestamp": event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "event_type": event.event_type,
            }
        )
    if len({row["event_id"] for row in rows}) < len(rows):
        raise ValueError(f"seed {seed} gives two events the same id: use another seed")
    return rows


def write_csv(path: Path, rows: list[dict]) -> None:
    """Writes rows with a header and `\\n` line ends."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
