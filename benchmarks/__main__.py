"""`python -m benchmarks`: all contestants on the same deliveries, in turn; writes benchmarks/results.*."""

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks import machine, rounds, table

FOLDER = Path(__file__).parent
EVENTS = (842, 150_000, 1_500_000, 15_000_000)
# Events, rounds and contestants of the form that shows that the benchmark runs; local mode takes minutes.
SHORT = ((842,), 1, [name for name in rounds.CONTESTANTS if name != "local mode"])


def main() -> None:
    """Measure, print, and keep the results."""
    asked = _parser().parse_args()
    if asked.short:
        asked.events, asked.rounds, asked.only = SHORT
    with tempfile.TemporaryDirectory(prefix="mentoring-bench-", dir=asked.scratch) as scratch:
        parse = rounds.parse(asked.rounds)
        results = rounds.measure(Path(scratch), asked.events, asked.rounds, asked.only)
    kept = {"machine": machine.describe(), "rounds": asked.rounds, "parse": parse, "results": results}
    text = table.text(kept)
    print(text)
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        (asked.out / "results.json").write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        (asked.out / "results.md").write_text(text, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=EVENTS, help="of the first delivery")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contestant, in turn")
    parser.add_argument("--only", nargs="+", choices=rounds.CONTESTANTS, help="these contestants alone")
    parser.add_argument("--short", action="store_true", help="one small round, to see that it runs")
    parser.add_argument("--scratch", type=Path, help="where deliveries and databases go meanwhile")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where the results go")
    return parser


if __name__ == "__main__":
    main()
