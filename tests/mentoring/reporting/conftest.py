"""A published database written by plain SQL, as dbt's models would leave it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from include.mentoring import warehouse
from include.mentoring.settings import load, settings

CATEGORIES = {"Gold": "top_tier", "Silver": "standard_tier", "Bronze": "standard_tier"}
LENSES = ("sessions", "bookings", "intent")

Publish = Callable[..., None]


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Return a function that publishes the results of tiers, given as tier = (users, rebooked)."""
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    monkeypatch.setenv("MENTOR_REPORT_DIR", str(tmp_path / "reports"))
    load()
    return _publish


def _publish(
    origin: str = "own",
    file_name: str = "booking_events.json",
    observation_end: datetime | None = datetime(2031, 5, 1, 2, 5),
    **tiers: tuple[int, int],
) -> None:
    counts: dict[tuple[str, str, bool], tuple[int, int]] = {}
    for tier, (users, rebooked) in tiers.items():
        category = CATEGORIES.get(tier, "unknown")
        counts[tier, category, False] = (users, rebooked)
        before = counts.get((category, category, True), (0, 0))
        counts[category, category, True] = (before[0] + users, before[1] + rebooked)
    settings().published_path.unlink(missing_ok=True)
    with warehouse.connect(settings().published_path) as connection:
        connection.execute(
            """
            create schema raw;
            create schema reports;
            create table raw.loads (origin varchar);
            create table reports.rpt_parameters (
                observation_end timestamp,
                rebooking_window_days integer,
                session_default_minutes integer,
                no_show_grace_days integer
            );
            create table reports.rpt_files (
                load_id integer, source varchar, file_name varchar, sha256 varchar, data_date date,
                rows_in_file bigint, rows_loaded bigint, rows_rejected bigint, rows_duplicate bigint
            );
            create table reports.rpt_rebooking (
                lens varchar, cohort varchar, tier varchar, tier_category varchar, is_category_total boolean,
                total_users_w_sessions bigint, rebooked_count bigint, rebooking_rate_pct decimal(5, 2)
            );
            """
        )
        connection.execute("insert into raw.loads values (?)", [origin])
        connection.execute("insert into reports.rpt_parameters values (?, 30, 45, 7)", [observation_end])
        connection.execute(
            "insert into reports.rpt_files values (3, 'events', ?, ?, '2031-05-02', 12, 9, 1, 2)",
            [file_name, "ab" * 32],
        )
        for lens in LENSES:
            for cohort in ("all", "mature"):
                for (tier, category, is_total), (users, rebooked) in counts.items():
                    connection.execute(
                        "insert into reports.rpt_rebooking"
                        " values ($1, $2, $3, $4, $5, $6, $7, 100.0 * $7 / $6)",
                        [lens, cohort, tier, category, is_total, users, rebooked],
                    )
