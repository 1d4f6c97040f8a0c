"""The people who may log in to the web UI, by the commands of Airflow's FAB auth manager."""

import json
import re
from typing import Any

from include.pipeline.core.errors import UserFacingError
from include.pipeline.deploy import secrets
from include.pipeline.deploy.airflow_command import airflow

ADMIN = "admin"
# The roles as people type them, and FAB's names for them.
ROLES = {
    # Everything, accounts included.
    "admin": "Admin",
    # Reads all; triggers, clears, stops and deletes runs.
    "operator": "User",
    # Reads all.
    "viewer": "Viewer",
}
FIRST_PASSWORD = "admin_password"
NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")

Account = dict[str, Any]
"""As `airflow users list` shows it: username, email, roles, …"""


class AccountInvalid(UserFacingError):
    """An account cannot be created as asked, or its password is not kept."""


def ensure_admin() -> bool:
    """Create the first account unless it exists; return whether it was created.

    Its password is kept until `show_first_password` has shown it.

    Raises:
        AccountInvalid: Airflow does not create it.
    """
    accounts = _accounts()
    if _find(accounts, ADMIN):
        return False
    # Keep the password first: one that is set but not kept is lost.
    password = secrets.random_password()
    secrets.write(FIRST_PASSWORD, password)
    _create(accounts, ADMIN, "admin", password)
    return True


def open_pages() -> None:
    """Let every role find our pages in the menu; FAB's own viewers and users lack the permission.

    Raises:
        AccountInvalid: Airflow does not change the roles.
    """
    permissions = ("--resource", "Plugins", "--action", "menu_access", "can_read")
    _run("roles", "add-perms", *ROLES.values(), *permissions)


def show_first_password() -> str:
    """Return the password of the first account, once.

    Raises:
        AccountInvalid: it was shown before, or the deployment has not started yet.
    """
    password = secrets.read(FIRST_PASSWORD)
    if password is None:
        raise AccountInvalid(
            "The password of admin is not kept: it was shown before, or the deployment has not started yet."
            " Expected to show it for the first time; `make user NAME=admin ROLE=admin` sets a new one."
        )
    secrets.forget(FIRST_PASSWORD)
    return password


def put(name: str, role: str) -> str:
    """Create an account, or give an existing one this role and a new password; return the password.

    Raises:
        AccountInvalid: the name or the role is invalid, or Airflow does not create the account.
    """
    if role not in ROLES or not NAME.fullmatch(name):
        raise AccountInvalid(
            f"Cannot create account {name!r} with role {role!r}. Expected a name of letters, digits and"
            f" . _ @ -, and one of the roles {', '.join(ROLES)}."
        )
    password = secrets.random_password()
    accounts = _accounts()
    account = _find(accounts, name)
    if account is None:
        _create(accounts, name, role, password)
    else:
        _change(account, ROLES[role], password)
    return password


def _accounts() -> list[Account]:
    return json.loads(_run("users", "list", "--output", "json"))


def _find(accounts: list[Account], text: str, key: str = "username") -> Account | None:
    # FAB treats names that differ only in case as one.
    return next((account for account in accounts if account[key].lower() == text.lower()), None)


def _create(accounts: list[Account], name: str, role: str, password: str) -> None:
    # FAB requires an email address; nothing is ever sent to it.
    address = name if "@" in name else f"{name}@localhost"
    owner = _find(accounts, address, "email")
    if owner:
        raise AccountInvalid(
            f"Cannot create account {name!r}: {address} is the address of account {owner['username']}."
            " Choose another name."
        )
    _run(
        *("users", "create", "--role", ROLES[role], "--username", name, "--email", address),
        *("--firstname", name, "--lastname", ""),
        password=password,
    )


def _change(account: Account, role: str, password: str) -> None:
    username = ("--username", account["username"])
    # Remove the other roles first: a kill in between leaves too few rights, not too many.
    for other in {*account["roles"]} - {role}:
        _run("users", "remove-role", *username, "--role", other)
    if role not in account["roles"]:
        _run("users", "add-role", *username, "--role", role)
    _run("users", "reset-password", *username, password=password)


def _run(*arguments: str, password: str = "") -> str:
    # Airflow asks twice. An argument would show the password in the list of processes.
    result = airflow(*arguments, answers=[password] * 2)
    if result.returncode:
        raise AccountInvalid(
            f"`airflow {' '.join(arguments[:2])}` failed:\n{result.stderr[-2000:]}\n"
            "Expected Airflow's database at the version of this Airflow; see `docker compose logs init`."
        )
    return result.stdout
