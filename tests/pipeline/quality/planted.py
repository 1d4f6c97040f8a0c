"""Deliveries that the gate tells of, each made by the simulator and brought in by the front door."""

import contextlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from include.pipeline.core import settings
from include.pipeline.core.errors import DeliveryRefused
from include.pipeline.core.settings import declared
from include.pipeline.ingest import ledger
from include.pipeline.quality import verdict_files
from include.pipeline.quality.validate import validate
from include.pipeline.quality.verdict import Check
from include.simulator import defects
from include.simulator.any_size import write_delivery
from include.simulator.defects.delivery_files import as_date, last_day, read_delivery

from .conftest import RUN_ID, land_folder

Rows = int | float | None
Defect = tuple[str, str | None, Rows]


@dataclass(frozen=True)
class Planted:
    """A chain of defects, and what the gate says of the last delivery that they make.

    Attributes:
        chain: of the defects in the order in which they are applied: name, source and rows.
        findings: how that of each failed check begins, without checks that fail on the sample.
        events: of a delivery of another size than the sample.
    """

    chain: tuple[Defect, ...]
    findings: Mapping[str, str] = field(default_factory=dict)
    events: int | None = None

    @property
    def words(self) -> str:
        """The defects, as a person reads them."""
        return ", ".join(
            f"`{name}`" + ("" if rows is None else f" ({rows if isinstance(rows, int) else f'{rows:.0%}'})")
            for name, _, rows in self.chain
        )


# The sample has five users twice and one that no row lists.
WARNED_IN_SAMPLE = ("users.repeated_rows", "events.unknown_user")
# One of any source, which no check tells of.
SECOND: Defect = ("tier_change", None, 1)

PLANTED = {
    "rows": Planted(
        (
            ("exact_duplicate_rows", "mentors", 2),
            ("unknown_status", None, 2),
            ("price_of_nothing", None, 2),
            ("orphan_requests", None, None),
            ("missing_session_ended", None, 40),
        ),
        {
            "users.new_status": "fails for 2 of 155 rows (status: paused)",
            "mentors.repeated_rows": "fails for 2 of 17 rows (mentor_id: S-5, S-13)",
            "mentors.price_above_zero": "fails for 2 of 17 rows (mentor_id: S-1, S-8)",
            "events.orphan_booking_requested": "fails for 18 of 239 rows",
            "events.orphan_booking_confirmed": "fails for 17 of 217 rows",
            "events.sessions_end": "fails (found: 203 starts and 150 ends)",
        },
    ),
    "stopped clock, unlisted mentors": Planted(
        (
            ("unknown_mentor", None, 0.35),
            ("stopped_clock", None, None),
        ),
        {
            "events.few_recurring": "fails for 54 of 842 rows",
            "events.orphan_mentors": "fails for 152 of 428 rows (mentor_id: S-404)",
            "events.unknown_mentor": "fails for 298 of 842 rows (mentor_id: S-404)",
            "events.up_to_date": "fails for 1 of 842 rows (timestamp: 2023-05-09T17:32:35Z)",
            "events.few_before_signup": "fails for 91 of 842 rows",
        },
    ),
    "new tier": Planted(
        (
            ("exact_duplicate_rows", "users", 2),
            ("unknown_tier", None, 1),
            ("unknown_user", None, 2),
        ),
        {
            "users.repeated_rows": "fails for 2 of 329 rows",
            "mentors.new_tier": "fails for 1 of 30 rows (tier: Platinum)",
            "events.unknown_user": "fails for 4 of 1700 rows (user_id: 999000000)",
            "events.unknown_mentor": "fails for 70 of 1700 rows (mentor_id: S-17)",
        },
        events=1700,
    ),
    "users absent": Planted(
        (("users_absent", None, 40),),
        {
            "users.few_vanished": "fails (found: 40 of 150 absent, such as 900008, 900010, 900016)",
        },
    ),
    "mentors absent": Planted(
        (("mentor_left", None, 4),),
        {
            "mentors.few_vanished": "fails (found: 4 of 15 absent, such as S-11, S-12, S-3)",
        },
    ),
    "doubled": Planted(
        (
            SECOND,
            ("dormant_users", None, 151),
            ("new_mentors", None, 16),
        ),
        {
            "users.no_doubling": "fails (found: 301 after 150)",
            "mentors.no_doubling": "fails (found: 31 after 15)",
        },
    ),
    "prices": Planted(
        (("price_with_a_digit_too_many", None, 2),),
        {
            "mentors.steady_price": "fails for 2 of 15 rows (mentor_id: S-9, S-12)",
        },
    ),
    "late sign-ups": Planted(
        (("late_signup", None, 3),),
        {
            "events.few_before_signup": "fails for 14 of 842 rows (user_id: 900086, 900058, 900036)",
        },
    ),
    "dates alone": Planted(
        (("dates_alone", None, 0.6),),
        {
            "events.spread_over_the_day": "fails (found: 506 of 842 rows at 00:00)",
        },
    ),
    "shifted clock": Planted(
        (
            ("only_new_events", None, 150),
            ("shifted_clock", None, None),
        ),
        {
            "events.steady_hours": "fails (found: 47 % of the rows at other hours)",
            "events.up_to_date": "fails for 1 of 150 rows (timestamp: 2023-07-20T14:05:00Z)",
        },
    ),
    "renamed type": Planted(
        (("cancellations_renamed", None, None),),
        {
            "events.new_event_type": "fails for 21 of 842 rows (event_type: booking_canceled)",
            "events.lost_event_type": "fails (event_type: booking_cancelled)",
        },
    ),
    "ends absent": Planted(
        (
            SECOND,
            ("missing_session_ended", None, 170),
        ),
        {
            "events.steady_event_type": "fails (event_type: session_ended 3 % after 23 %)",
            "events.complete_export": "fails (found: 672 rows, 170 of 842 absent)",
            "events.sessions_end": "fails (found: 203 starts and 20 ends)",
        },
    ),
    "few new ids": Planted(
        (("new_event_ids", None, 9),),
        {
            "events.few_recurring": "fails for 9 of 9 rows",
        },
    ),
    "new ids": Planted(
        (("new_event_ids", None, 1.0),),
        {
            "events.few_recurring": "fails for 842 of 842 rows",
            "events.not_mostly_recurring": "fails for 842 of 842 rows",
        },
    ),
    "half an export": Planted(
        (("events_absent", None, 0.5),),
        {
            "events.complete_export": "fails (found: 421 rows, 421 of 842 absent)",
        },
    ),
    "small increment": Planted(
        (
            ("only_new_events", None, 150),
            ("only_new_events", None, 20),
        ),
        {
            "events.steady_increments": "fails (found: 20 rows after 130)",
            "events.up_to_date": "fails for 1 of 20 rows (timestamp: 2023-07-21T02:05:00Z)",
        },
    ),
}
# Just within the bounds.
HARMLESS = {
    "rows": Planted(
        (
            ("unknown_status", None, 1),
            ("orphan_requests", None, 0.02),
            ("missing_session_ended", None, 30),
        ),
    ),
    "late sign-up": Planted((("late_signup", None, 1),)),
    "dates alone": Planted((("dates_alone", None, 0.4),)),
    "shifted clock": Planted((("only_new_events", None, 150), ("shifted_clock", None, 0.7))),
    "users absent": Planted((("users_absent", None, 30),)),
    "mentors absent": Planted((("mentor_left", None, 3),)),
    "doubled": Planted((SECOND, ("dormant_users", None, 150), ("new_mentors", None, 15))),
    "nearly an export": Planted((("events_absent", None, 0.04),)),
    "increment": Planted((("only_new_events", None, 60),)),
    "later increment": Planted((("only_new_events", None, 150), ("only_new_events", None, 60))),
}


def judge(folder: Path, planted: Planted) -> dict[str, Check]:
    """Return what the gate says of the last delivery that the defects make; those before it are accepted.

    Deliveries and warehouse are made below `folder`.
    """
    os.environ["MENTOR_WAREHOUSE_DIR"] = str(folder / "warehouse")
    settings.load()
    deliveries = folder / "deliveries"
    if planted.events:
        write_delivery(deliveries, planted.events)
    else:
        deliveries.mkdir(parents=True)
        for source in declared().sources:
            shutil.copy(declared().sample_data / source.file_name, deliveries)
    until = last_day(read_delivery(deliveries))
    for name, source, rows in planted.chain:
        defects.apply(name, deliveries, rows=rows, source=source)
    dated = sorted(path for path in deliveries.iterdir() if path.is_dir() and as_date(path.name))
    for path in dated[:-1]:
        land_folder(path, data_date=date.fromisoformat(path.name))
        ledger.accept()
    last = dated[-1] if dated else deliveries
    land_folder(last, data_date=date.fromisoformat(last.name) if dated else until)
    return judge_landed()


def judge_landed() -> dict[str, Check]:
    """Return the outcome of every check on what has landed, by its name."""
    with contextlib.suppress(DeliveryRefused):
        validate(RUN_ID)
    verdict = verdict_files.read(verdict_files.path(RUN_ID))
    return {f"{check.table}.{check.name}": check for check in verdict.checks}


def failed(checks: dict[str, Check]) -> dict[str, str]:
    """Return what each failed check found."""
    return {name: check.finding for name, check in checks.items() if not check.passed}
