"""`python -m include.pipeline.cli`: the run and its stages from the command line, one at a time."""

import argparse
import os
import secrets
import shlex
import sys
from datetime import UTC, date, datetime

from include.pipeline.core import caller, settings
from include.pipeline.core.errors import UserFacingError

# The run id of commands that run outside of the DAG.
COMMAND_LINE = "command_line"
# Commands that acquire the warehouse lock before they start.
WRITING = ("ingest", "validate", "publish", "report", "rollback", "restore", "withdraw")
# The services that a shell starts must share them, and there is no airflow.cfg that has them.
SECRETS = ("AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET")
DISREGARDED = "Disregarded, as .env has the settings and `make dbt ARGS=…` takes dbt's flags: "


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 with the reason on standard error if it failed."""
    options = _parser().parse_args(arguments)
    try:
        foreign = caller.disregard()
        settings.load()
        options.disregarded = [name for name, value in foreign.items() if os.environ.get(name) != value]
        if options.disregarded:
            print(f"{DISREGARDED}{', '.join(options.disregarded)}", file=sys.stderr)
        if options.name in WRITING:
            _acquire_lock(options.name)
            _leave_trial()
        return options.command(options) or 0
    except UserFacingError as error:
        print(error, file=sys.stderr)
        return 1


def _acquire_lock(command: str) -> None:
    from include.pipeline.core import lock
    from include.pipeline.core.diagnostics import explained

    with explained():
        lock.acquire(f"make {command}", is_one_process=True, notify=lambda text: print(text, file=sys.stderr))


def _leave_trial() -> None:
    """Return to the build that runs work in; only `make dbt` may work on what a trial left."""
    from include.pipeline.core import trial

    trial.leave()


def _environment(options: argparse.Namespace) -> None:
    for name in options.disregarded:
        print(f"unset {name}")
    for name, value in settings.of_other_programs().items():
        print(f"export {name}={shlex.quote(value)}")
    for name in SECRETS:
        print(f"export {name}={shlex.quote(os.environ.get(name) or secrets.token_hex(32))}")


def _run(options: argparse.Namespace) -> None:
    from include.pipeline.cli import run_dag

    run_dag.run(options.date, is_future_meant=options.future)


def _ingest(options: argparse.Namespace) -> None:
    from include.pipeline.orchestration import stages

    data_date = options.date or datetime.now(UTC).date()
    received = stages.receive(COMMAND_LINE, data_date.isoformat())
    for source in settings.declared().sources:
        print(stages.land(COMMAND_LINE, source.name, received, is_future_meant=options.future))


def _validate(_: argparse.Namespace) -> None:
    from include.pipeline.orchestration import stages
    from include.pipeline.quality.validate import validate

    verdict = validate(COMMAND_LINE)
    for warning in verdict.warnings:
        print(f"warning: {warning}")
    print(verdict.summary)
    print(stages.accept(COMMAND_LINE))


def _dbt(options: argparse.Namespace) -> int:
    from include.pipeline.transform import dbt_cli

    arguments = [*options.arguments, *(["--target", options.target] if options.target else [])]
    if dbt_cli.needs_build(arguments):
        _acquire_lock("dbt")
    return dbt_cli.run(COMMAND_LINE, arguments, is_fresh=options.fresh)


def _audit(_: argparse.Namespace) -> None:
    from include.pipeline.transform.audit import audit_build

    print(audit_build("make audit", lambda text: print(text, file=sys.stderr)))


def _metrics(options: argparse.Namespace) -> int:
    from include.pipeline.transform import metrics

    return metrics.run(options.arguments)


def _publish(_: argparse.Namespace) -> None:
    from include.pipeline.orchestration import stages

    print(stages.publish(COMMAND_LINE))


def _query(options: argparse.Namespace) -> None:
    from include.pipeline.cli import published_database

    for line in published_database.query(options.sql):
        print(line)


def _database(_: argparse.Namespace) -> None:
    from include.pipeline.cli import published_database

    for line in published_database.describe():
        print(line)


def _report(_: argparse.Namespace) -> None:
    from include.pipeline.orchestration import stages

    print(stages.report(COMMAND_LINE))


def _explain(options: argparse.Namespace) -> None:
    from include.pipeline.cli.explain import explain

    for line in explain(options.key):
        print(line)


def _versions(_: argparse.Namespace) -> None:
    from include.pipeline.cli import repair

    for line in repair.list_versions():
        print(line)


def _rollback(options: argparse.Namespace) -> None:
    from include.pipeline.cli import repair

    repair.roll_back(COMMAND_LINE, print, options.to)


def _restore(options: argparse.Namespace) -> None:
    from include.pipeline.cli import repair

    repair.restore(COMMAND_LINE, print, from_deliveries=options.source == "deliveries")


def _withdraw(options: argparse.Namespace) -> None:
    from include.pipeline.cli import repair

    if options.load is None and options.date is None:
        raise UserFacingError(
            "Nothing to withdraw: found neither a load nor a date. Expected LOAD=… (load_id in raw.loads), or"
            " DATE=… to take back a wrong data date; name one."
        )
    if options.date:
        repair.withdraw_date(COMMAND_LINE, print, options.date, load_id=options.load, right_day=options.to)
    else:
        repair.withdraw(COMMAND_LINE, print, options.load, undo=options.undo)


def _alert(_: argparse.Namespace) -> None:
    from include.pipeline.notify import run_alerts

    run_alerts.try_out(print)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.pipeline.cli", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command, function, what in (
        ("environment", _environment, "print what a shell must export for `airflow` to find the project"),
        ("run", _run, "run the DAG once and print the report's table"),
        ("ingest", _ingest, "find the delivery and land its files"),
        ("validate", _validate, "judge what landed and accept it into raw"),
        ("dbt", _dbt, "run any dbt command on the build"),
        ("audit", _audit, "compare the build with a full build of a copy"),
        ("publish", _publish, "publish the build"),
        ("metrics", _metrics, "ask the published database for metrics"),
        ("query", _query, "print what a query of the published database finds"),
        ("database", _database, "print where the published database is, and how to open it"),
        ("report", _report, "write the report of the published database"),
        ("explain", _explain, "trace what is published of one key to the rows of the delivered files"),
        ("versions", _versions, "list the kept versions; * marks the published one"),
        ("rollback", _rollback, "publish an earlier version until the next run"),
        ("restore", _restore, "rebuild marts and reports from raw, or raw too from the kept deliveries"),
        ("withdraw", _withdraw, "remove an accepted load, or a wrong data date, and reload what came after"),
        ("alert", _alert, "send a test alert to MENTOR_ALERT_URL"),
    ):
        subparser = commands.add_parser(command, help=what, description=what)
        subparser.set_defaults(command=function, name=command)
        if command in ("run", "ingest"):
            subparser.add_argument("--date", type=_date, help="data date, YYYY-MM-DD in UTC; default: today")
            subparser.add_argument("--future", action="store_true", help="a date after today is meant")
        if command == "dbt":
            subparser.add_argument("--target", help="of dbt's profile; dev works on a copy of the build")
            subparser.add_argument("--fresh", action="store_true", help="make the copy of target dev again")
        if command in ("dbt", "metrics"):
            program = {"dbt": "dbt", "metrics": "MetricFlow's `mf`"}[command]
            subparser.add_argument("arguments", nargs=argparse.REMAINDER, help=f"as {program} takes them")
        if command == "explain":
            subparser.add_argument("key", nargs="?", default="", help="as the pipeline's data has it")
        if command == "query":
            subparser.add_argument("sql", help="a query that only reads")
        if command == "rollback":
            subparser.add_argument("--to", type=int, help="number of the version; default: the one before")
        if command == "restore":
            subparser.add_argument(
                "--source", choices=("raw", "deliveries"), default="raw", help="what to start from"
            )
        if command == "withdraw":
            undo_or_date = subparser.add_mutually_exclusive_group()
            undo_or_date.add_argument("--undo", action="store_true", help="revert the withdrawal")
            undo_or_date.add_argument("--date", type=_date, help="only this data date; the loads stay")
            subparser.add_argument("--to", type=_date, help="the right data date")
            subparser.add_argument("--load", type=int, help="load_id in raw.loads")
    return parser


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; expected YYYY-MM-DD") from error


if __name__ == "__main__":
    sys.exit(main())
