"""`python -m include.mentoring`: the run and its stages from the command line, one at a time."""

import argparse
import sys
from datetime import UTC, date, datetime

from include.mentoring import settings
from include.mentoring.errors import MentoringError
from include.mentoring.sources import SOURCES

# The run that single stages belong to.
BY_HAND = "by_hand"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 with the reason on standard error where it failed."""
    settings.load()
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except MentoringError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _metadata(_: argparse.Namespace) -> None:
    from include.mentoring import metadata

    metadata.ensure()


def _run(options: argparse.Namespace) -> None:
    from include.mentoring import console

    console.run(options.date)


def _ingest(options: argparse.Namespace) -> None:
    from include.mentoring import stages

    data_date = options.date or datetime.now(UTC).date()
    received = stages.receive(data_date.isoformat())
    for source in SOURCES:
        print(stages.land(source, received))


def _validate(_: argparse.Namespace) -> None:
    from include.mentoring import stages
    from include.mentoring.gate.validate import validate

    verdict = validate(BY_HAND)
    for warning in verdict.warnings:
        print(f"warning: {warning}")
    print(verdict.summary)
    print(stages.accept())


def _dbt(options: argparse.Namespace) -> None:
    from include.mentoring import stages

    stages.dbt(options.arguments)


def _publish(_: argparse.Namespace) -> None:
    from include.mentoring import stages

    print(stages.publish())


def _report(_: argparse.Namespace) -> None:
    from include.mentoring import stages

    print(stages.report(BY_HAND))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.mentoring", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command, function, what in (
        ("metadata", _metadata, "make or migrate Airflow's metadata database"),
        ("run", _run, "run the DAG once and print the tier table"),
        ("ingest", _ingest, "find the delivery and land its files"),
        ("validate", _validate, "judge what landed and accept it into raw"),
        ("dbt", _dbt, "run any dbt command on the build"),
        ("publish", _publish, "publish the build"),
        ("report", _report, "write the report of the published database"),
    ):
        subparser = commands.add_parser(command, help=what, description=what)
        subparser.set_defaults(command=function)
        if command in ("run", "ingest"):
            subparser.add_argument("--date", type=_date, help="data date, YYYY-MM-DD in UTC; default: today")
        if command == "dbt":
            subparser.add_argument("arguments", nargs=argparse.REMAINDER, help="as dbt takes them")
    return parser


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; expected YYYY-MM-DD") from error


if __name__ == "__main__":
    sys.exit(main())
