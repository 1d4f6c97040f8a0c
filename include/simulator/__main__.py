"""The command line: `python -m include.simulator sample|delivery|defects`."""

import argparse
import sys
from pathlib import Path

from include.pipeline.core.errors import UserFacingError
from include.simulator import defects
from include.simulator.any_size import FORMATS, MAX_EVENTS, write_delivery
from include.simulator.sample import SEED, write_sample

MAX_EVENTS_WITH_DEFECTS = 1_000_000
Planned = tuple[str, str | None, int | float | None]


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns 0, or 1 after a message on a mistake of the caller."""
    asked = parser().parse_args(arguments)
    try:
        asked.run(asked)
    except UserFacingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        problem = f"cannot write {error.filename}: {error.strerror}; choose another --out"
        print(f"error: {problem}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Returns the parser of all commands."""
    top = argparse.ArgumentParser(prog="python -m include.simulator", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    sample = commands.add_parser("sample", help="write the sample delivery of include/data")
    sample.add_argument("--out", type=Path, required=True, help="the folder to write into")
    add_defects(sample)
    sample.set_defaults(run=run_sample)

    delivery = commands.add_parser("delivery", help="write a delivery of any size")
    delivery.add_argument("--out", type=Path, required=True, help="the folder to write into")
    delivery.add_argument("--events", type=int, required=True, help=f"1 to {MAX_EVENTS}")
    delivery.add_argument("--format", choices=FORMATS, default="array", help="of the events")
    delivery.add_argument("--gzip", action="store_true", help="pack all three files")
    add_defects(delivery)
    delivery.set_defaults(run=run_delivery)

    listing = commands.add_parser("defects", help="list the defects")
    listing.set_defaults(run=run_defects)
    return top


def add_defects(command: argparse.ArgumentParser) -> None:
    """Adds the options that break what was written."""
    command.add_argument("--seed", type=int, help="of every choice; the same seed, the same bytes")
    command.add_argument(
        "--defect",
        action="append",
        default=[],
        metavar="NAME[:SOURCE][=ROWS]",
        help="break it, in this order; SOURCE is users, mentors or events, ROWS a count (3) or a "
        "fraction (0.06); may be given more than once, defects of whole files last",
    )


def run_sample(asked: argparse.Namespace) -> None:
    """Writes the sample, then breaks it as asked."""
    planned = [parse_defect(text) for text in asked.defect]
    write_sample(asked.out, SEED if asked.seed is None else asked.seed)
    break_it(asked, planned)


def run_delivery(asked: argparse.Namespace) -> None:
    """Writes a delivery, then breaks it as asked; refuses to break one that is too large."""
    planned = [parse_defect(text) for text in asked.defect]
    if planned and asked.events > MAX_EVENTS_WITH_DEFECTS:
        raise defects.DefectError(
            f"found {asked.events} events and a defect; defects are made in memory, expected at "
            f"most {MAX_EVENTS_WITH_DEFECTS} events: ask for fewer or leave --defect out"
        )
    write_delivery(asked.out, asked.events, asked.seed or 0, asked.format, asked.gzip)
    break_it(asked, planned)


def run_defects(asked: argparse.Namespace) -> None:
    """Prints every defect with what it does."""
    width = max(map(len, defects.DEFECTS))
    for defect in defects.DEFECTS.values():
        print(f"{defect.name:{width}}  {defect.rule}")


def break_it(asked: argparse.Namespace, planned: list[Planned]) -> None:
    """Applies the defects in their order and says what each changed."""
    for name, source, rows in planned:
        changed = defects.apply(name, asked.out, rows, source, asked.seed or 0)
        print(f"{name}: {f'{changed} rows' if changed else 'the whole file'}")


def parse_defect(text: str) -> Planned:
    """Returns (name, source, rows) of `NAME[:SOURCE][=ROWS]`; raises DefectError for bad ones."""
    target, _, amount = text.partition("=")
    name, _, source = target.partition(":")
    defects.find(name)
    try:
        rows = (float(amount) if "." in amount else int(amount)) if amount else None
    except ValueError:
        raise defects.DefectError(
            f"found {amount!r} rows in --defect {text}; expected a count or a fraction, "
            "for example unknown_user=3 or unknown_user=0.06"
        ) from None
    return name, source or None, rows


if __name__ == "__main__":
    sys.exit(main())
