"""`python -m benchmarks`: all contestants on the same deliveries, in turn; writes benchmarks/results.*."""

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks import machine, rounds, table
from benchmarks.contestants import CONTESTANTS, LARGE, MEDIUM, SMALL
from benchmarks.figures import PIPELINE
from include.pipeline.core import settings

FOLDER = Path(__file__).parent
EVENTS = (SMALL, MEDIUM, LARGE)
# Local mode takes six minutes a run.
USUAL = [
    name for name, contestant in CONTESTANTS.items() if not contestant.is_on_spark and name != "local mode"
]
# Events, rounds and contestants of the form that shows that the benchmark runs.
SHORT = ((SMALL,), 1, USUAL)
# Of the form that compares DuckDB and Spark.
ENGINES = (
    (SMALL, MEDIUM),
    1,
    [PIPELINE, *(name for name, contestant in CONTESTANTS.items() if contestant.is_on_spark)],
)


def main() -> None:
    """Measure, print, and keep the results."""
    settings.load()
    asked = _parser().parse_args()
    if asked.short:
        asked.events, asked.rounds, asked.only = SHORT
    if asked.engines:
        asked.events, asked.rounds, asked.only = ENGINES
        asked.days_at = 0
    with tempfile.TemporaryDirectory(prefix="mentoring-bench-", dir=asked.scratch) as scratch:
        parse = rounds.parse(asked.rounds)
        results, days = rounds.measure(Path(scratch), asked.events, asked.rounds, asked.only, asked.days_at)
    kept = {
        "machine": machine.describe(),
        "rounds": asked.rounds,
        "parse": parse,
        "results": results,
        "days": days,
    }
    text = table.text(kept)
    print(text)
    out = asked.out or (FOLDER / "engines" if asked.engines else FOLDER)
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.json").write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    (out / "results.md").write_text(text, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=EVENTS, help="of the first delivery")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contestant, in turn")
    parser.add_argument(
        "--only", nargs="+", choices=CONTESTANTS, default=USUAL, help="these contestants alone"
    )
    parser.add_argument(
        "--days-at",
        type=int,
        default=MEDIUM,
        help="of the first of thirty days in a row, if it is one of --events",
    )
    parser.add_argument("--short", action="store_true", help="one small round, to see that it runs")
    parser.add_argument("--engines", action="store_true", help="DuckDB and Spark, which is to be installed")
    parser.add_argument("--scratch", type=Path, help="where deliveries and databases go meanwhile")
    parser.add_argument("--out", type=Path, help="where the results go")
    return parser


if __name__ == "__main__":
    main()
