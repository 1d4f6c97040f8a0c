"""`python -m include.pipeline.deploy`: what docker-compose.yaml calls in its containers."""

import argparse
import subprocess
import sys
from pathlib import Path

from include.pipeline.core import settings
from include.pipeline.core.errors import UserFacingError
from include.pipeline.deploy import health


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 with the reason on standard error if it failed."""
    options = _parser().parse_args(arguments)
    try:
        settings.load()
        return options.command(options) or 0
    except UserFacingError as error:
        print(error, file=sys.stderr)
        return 1


def _secrets(_: argparse.Namespace) -> None:
    from include.pipeline.deploy import secrets

    print(f"Made: {', '.join(secrets.make()) or 'nothing, all secrets are there'}")


def _init(_: argparse.Namespace) -> int:
    from include.pipeline.deploy import accounts

    failed = subprocess.run([str(Path(sys.executable).with_name("airflow")), "db", "migrate"]).returncode
    if not failed:
        accounts.open_pages()
        if accounts.ensure_admin():
            print("Made the account admin; `make password` shows its password, once")
    return failed


def _password(_: argparse.Namespace) -> None:
    from include.pipeline.deploy import accounts

    print(accounts.show_first_password())


def _user(options: argparse.Namespace) -> None:
    from include.pipeline.deploy import accounts

    print(accounts.put(options.name, options.role))


def _alert_url(_: argparse.Namespace) -> None:
    from include.pipeline.deploy import secrets

    addresses = sys.stdin.read().strip()
    if addresses:
        secrets.write("alert_url", addresses)
    else:
        secrets.forget("alert_url")
    print("Alerts are on" if addresses else "Alerts are off")


def _health(options: argparse.Namespace) -> None:
    health.check(options.service, options.address)


def _groomed(_: argparse.Namespace) -> None:
    from include.pipeline.deploy import housekeeping

    housekeeping.check()


def _groom(options: argparse.Namespace) -> None:
    from include.pipeline.deploy import housekeeping

    housekeeping.groom_daily(options.logs)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.pipeline.deploy", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, function: object, what: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=what, description=what)
        command.set_defaults(command=function)
        return command

    add("secrets", _secrets, "create the missing secrets")
    add("init", _init, "create or migrate Airflow's database, and create the first account")
    add("password", _password, "show the first account's password, once")
    user = add("user", _user, "create an account, or give one a new role and password; show the password")
    user.add_argument("--name", required=True)
    user.add_argument("--role", required=True, help="admin, operator or viewer")
    add(
        "alert-url",
        _alert_url,
        "keep the address for alerts from standard input; empty input turns alerts off",
    )
    healthy = add("health", _health, "ask the API server whether a service is healthy")
    healthy.add_argument("service", choices=health.COMPONENTS)
    healthy.add_argument("--address", default="http://api-server:8080", help="of the API server")
    add("groomed", _groomed, "fail if old task logs and records were not removed within the last day")
    groom = add("groom", _groom, "remove old task logs and records, once a day")
    groom.add_argument("logs", type=Path, help="Airflow's folder of logs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
