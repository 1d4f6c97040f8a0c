"""The people who may log in to the web UI, in the database of Airflow's FAB auth manager."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from include.mentoring.errors import MentoringError
from include.mentoring.services import secrets

ADMIN = "admin"
# The words of the deployment, and the roles of FAB that they stand for.
ROLES = {
    # Everything, accounts included.
    "admin": "Admin",
    # Reads all, triggers and clears runs.
    "operator": "User",
    # Reads all.
    "viewer": "Viewer",
}
# What FAB's own viewers and users lack, and who lacks it has no menu with our pages.
OF_PAGES = (("menu_access", "Plugins"), ("can_read", "Plugins"))
FIRST_PASSWORD = "admin_password"
NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")


class AccountInvalid(MentoringError):
    """An account cannot be made as asked, or its password is not there to be shown."""


def ensure_admin() -> bool:
    """Make the first account, if there is none of its name; return whether it was made.

    Its password is kept until `show_first_password` has shown it.
    """
    with _manager() as manager:
        if manager.find_user(username=ADMIN):
            return False
        # It is kept before it is in force: one that is in force and nowhere written helps nobody.
        password = secrets.random_password()
        secrets.write(FIRST_PASSWORD, password)
        _add(manager, ADMIN, "admin", password)
        return True


def open_pages() -> None:
    """Let every role find our pages in the menu."""
    with _manager() as manager:
        for role in map(manager.find_role, ROLES.values()):
            for action, resource in OF_PAGES:
                manager.add_permission_to_role(role, manager.create_permission(action, resource))


def show_first_password() -> str:
    """Return the password of the first account, once.

    Raises:
        AccountInvalid: it was shown before, or the deployment has not started yet.
    """
    password = secrets.read(FIRST_PASSWORD)
    if password is None:
        raise AccountInvalid(
            "The password of admin is not kept: it was shown before, or the deployment has not started yet."
            " Expected its first showing; `make user NAME=admin ROLE=admin` sets a new one."
        )
    secrets.forget(FIRST_PASSWORD)
    return password


def put(name: str, role: str) -> str:
    """Make an account, or give an existing one this role and a new password; return the password.

    Raises:
        AccountInvalid: the name or the role is none.
    """
    if role not in ROLES or not NAME.fullmatch(name):
        raise AccountInvalid(
            f"There can be no account {name!r} with role {role!r}. Expected a name of letters, digits and"
            f" . _ @ -, and one of the roles {', '.join(ROLES)}."
        )
    password = secrets.random_password()
    with _manager() as manager:
        user = manager.find_user(username=name)
        if user is None:
            _add(manager, name, role, password)
        else:
            user.roles = [manager.find_role(ROLES[role])]
            manager.update_user(user)
            manager.reset_password(user.id, password)
    return password


def _add(manager: Any, name: str, role: str, password: str) -> None:
    # FAB wants an address of everyone; nothing is ever sent to it.
    address = name if "@" in name else f"{name}@localhost"
    if not manager.add_user(name, name, "", address, manager.find_role(ROLES[role]), password):
        raise AccountInvalid(f"FAB made no account {name!r}; its reason stands above. Choose another name.")


@contextmanager
def _manager() -> Iterator[Any]:
    # It loads Flask and all of FAB.
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as builder:
        yield builder.sm
