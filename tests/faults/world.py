"""The days that every trial lives through: their deliveries, and the folders of a deployment."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from include.simulator import defects
from include.simulator.any_size import write_delivery

FIRST_DAY = date(2023, 8, 1)
EVENTS_OF_FIRST_DAY = 400
EVENTS_OF_A_DAY = 40
SEED = 11
# What is wrong with the rows of the second day: few enough for the files to be accepted.
DEFECTS = (
    ("exact_duplicate_rows", 3),
    ("invalid_timestamp", 4),
    ("unknown_event_type", 2),
    ("same_event_id_other_content", 2),
)
# A mentor whom the shipped sample does not have: else the data would pass for the sample.
OWN_MENTOR = "T-90,Gold,250\n"


@dataclass(frozen=True)
class Day:
    """A run to be made: its name and its data date."""

    run_id: str
    data_date: str


def day(number: int) -> Day:
    """Return the day of this number, from 1."""
    return Day(f"day-{number}", (FIRST_DAY + timedelta(days=number - 1)).isoformat())


@dataclass(frozen=True)
class Home:
    """The folders of one deployment; `data` may be shared, for no run writes there."""

    folder: Path
    data: Path

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    @property
    def published(self) -> Path:
        return self.warehouse / "mentoring.duckdb"

    @property
    def build(self) -> Path:
        return self.warehouse / "build" / "own" / "mentoring.duckdb"

    @property
    def log(self) -> Path:
        """What the runs of the deployment wrote to the screen."""
        return self.folder / "screen.log"

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which a run works here."""
        return {
            "MENTOR_WAREHOUSE_DIR": str(self.warehouse),
            "MENTOR_REPORT_DIR": str(self.reports),
            "MENTOR_DATA_DIR": str(self.data),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "target"),
        }

    def copy_to(self, folder: Path) -> "Home":
        """Return a copy in a new folder, with its links as they are."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", str(self.folder), str(folder)], check=True)
        return Home(folder, self.data)


def empty_home(folder: Path, data: Path) -> Home:
    """Return a deployment in which nothing has run yet."""
    folder.mkdir(parents=True)
    return Home(folder, data)


def deliver(data: Path, days: int) -> None:
    """Write the deliveries of so many days: events are added, tiers change, rows are bad or doubled."""
    for number in range(1, days + 1):
        folder = data / day(number).data_date
        write_delivery(folder, EVENTS_OF_FIRST_DAY + EVENTS_OF_A_DAY * (number - 1), SEED)
        sheet = folder / "mentor_tiers.csv"
        sheet.write_text(_with_changes(sheet.read_text(encoding="utf-8"), number) + OWN_MENTOR, "utf-8")
        if number > 1:
            for name, rows in DEFECTS:
                defects.apply(name, folder, rows, seed=number)


def deliver_the_same_again(data: Path, days: int) -> None:
    """Write one delivery, under the dates of so many days."""
    deliver(data, 1)
    for number in range(2, days + 1):
        shutil.copytree(data / day(1).data_date, data / day(number).data_date)


def _with_changes(sheet: str, number: int) -> str:
    """The sheet of Ops with another mentor promoted every day."""
    header, *mentors = sheet.splitlines()
    for place in range(number - 1):
        mentor_id = mentors[place % len(mentors)].split(",")[0]
        mentors[place % len(mentors)] = f"{mentor_id},{('Gold', 'Silver', 'Bronze')[place % 3]},{120 + place}"
    return "\n".join([header, *mentors, ""])


def events_of(data: Path, number: int) -> int:
    """Return how many records the events file of a day has."""
    path = data / day(number).data_date / "booking_events.json"
    return len(json.loads(path.read_text(encoding="utf-8")))
