"""The long form: `python -m tests.faults --kills 200`. Prints and writes a table of what came of it."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from include.pipeline.core import settings
from tests.faults import lab
from tests.faults.kills import Outcome
from tests.faults.sections import SECTIONS, Asked, Section

HEAD = (
    "| fault | trials | unreadable or mixed | rows lost or doubled | same end as without it | |\n"
    "|---|---:|---:|---:|---:|---|"
)


def main() -> int:
    """Make all trials; return 1 where the promise was broken in one of them."""
    settings.load()
    options = _options()
    asked = Asked(options.kills, options.airflow, options.triggers, options.days)
    since = time.monotonic()
    sections = []
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        scratch = options.scratch or Path(folder)
        with lab.opened(scratch, options.workers, has_tests=not options.quick) as opened:
            for name in options.only or SECTIONS:
                print(f"{name}:", flush=True)
                sections.append(SECTIONS[name](opened, asked, _tell))
                print(sections[-1].row(), flush=True)
    table = _table(sections, time.monotonic() - since)
    print(table)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(table, encoding="utf-8")
    return int(any(section.failures for section in sections))


def _tell(outcome: Outcome) -> None:
    print(f"  {outcome.seconds:5.1f} s  {outcome}", flush=True)


def _table(sections: list[Section], seconds: float) -> str:
    failures = [f"- {outcome}" for section in sections for outcome in section.failures]
    return "\n".join(
        [
            HEAD,
            *(section.row() for section in sections),
            "",
            f"{sum(len(section.outcomes) for section in sections)} trials in {seconds / 60:.0f} minutes.",
            *failures,
            "",
        ]
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="at random moments of the whole run")
    parser.add_argument("--airflow", type=int, default=20, help="of them more, of `airflow dags test`")
    parser.add_argument("--triggers", type=int, default=8, help="runs that are started at once")
    parser.add_argument("--days", type=int, default=30, help="daily runs in a row")
    parser.add_argument("--workers", type=int, default=2, help="trials at once")
    parser.add_argument("--quick", action="store_true", help="runs that heal leave out dbt's tests")
    parser.add_argument("--only", nargs="*", choices=SECTIONS, help="parts to make; default: all")
    parser.add_argument("--out", type=Path, default=Path("logs/chaos.md"), help="file that gets the table")
    parser.add_argument("--scratch", type=Path, help="folder to work in, kept; default: one that is removed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
