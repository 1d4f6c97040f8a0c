"""The results as Markdown: the machine, a table for each size, and the promises."""

from collections.abc import Iterator
from typing import Any

from benchmarks.contestants import CONTESTANTS
from benchmarks.figures import Figures
from benchmarks.promises import judge


def text(kept: dict[str, Any]) -> str:
    """Return the Markdown of the results that a benchmark keeps."""
    return "\n".join(_lines(kept)) + "\n"


def _lines(kept: dict[str, Any]) -> Iterator[str]:
    yield "# Results"
    yield ""
    yield (
        f"Written by `make bench`: medians of {kept['rounds']} runs of each contestant, in turn; of one run"
        " where it takes many minutes."
    )
    yield ""
    yield from (f"- {name}: {value}" for name, value in kept["machine"].items())
    for events in dict.fromkeys(result["events"] for result in kept["results"]):
        yield ""
        yield f"## {events:,} events"
        yield ""
        yield "| contestant | delivery | s | largest process, MB | runs, s |"
        yield "|---|---|---:|---:|---|"
        for result in kept["results"]:
            if result["events"] == events:
                yield _row(result)
    yield from _in_a_row(kept["days"])
    yield from _work(kept["results"])
    yield ""
    yield "## Promises"
    yield ""
    yield "| figure | measured | bound | |"
    yield "|---|---:|---:|---|"
    for promise in judge(Figures(kept["results"], kept["days"], kept["parse"])):
        bound = f"{'≥' if promise.is_least else '≤'} {promise.bound:g}"
        found = "" if promise.found is None else f"{promise.found:.2f}"
        yield f"| {promise.what} | {found} | {bound} | {promise.verdict} |"
    yield ""
    yield "## Contestants"
    yield ""
    yield from (f"- **{name}**: {contestant.about}." for name, contestant in CONTESTANTS.items())


def _in_a_row(days: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what each day in a row took, in the order of their runs."""
    if days:
        yield ""
        yield f"## Days in a row, {days[0]['new']:,} new rows on the first"
        yield ""
        yield "| day | s | largest process, MB | new rows | published database, MB |"
        yield "|---:|---:|---:|---:|---:|"
        for day in days:
            taken = day["failure"] or f"{day['seconds']:.1f}"
            cells = (day["day"], taken, day["peak_mb"], f"{day['new']:,}", f"{day['published_mb']:.1f}")
            yield f"| {' | '.join(map(str, cells))} |"


def _work(results: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what Spark did, of the first run of each contestant that has it do something."""
    rows = [(each["contestant"], each["events"], each["runs"][0]["work"]) for each in results]
    done = [(name, events, work) for name, events, work in rows if work]
    if done:
        columns = list(done[0][2])
        yield ""
        yield "## What Spark did"
        yield ""
        yield f"| contestant | events | {' | '.join(columns)} |"
        yield f"|---|---:|{'---:|' * len(columns)}"
        for name, events, work in done:
            yield f"| {name} | {events:,} | {' | '.join(f'{work[column]:,.1f}' for column in columns)} |"


def _row(result: dict[str, Any]) -> str:
    seconds = ", ".join(f"{run['seconds']:.1f}" for run in result["runs"])
    taken = result["failure"] or f"{result['seconds']:.1f}"
    return f"| {result['contestant']} | {result['delivery']} | {taken} | {result['peak_mb']} | {seconds} |"
