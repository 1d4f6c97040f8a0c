"""The accounts of the deployment, in a real database of FAB, by the commands that the Makefile calls."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from werkzeug.security import check_password_hash

from include.pipeline.core.settings import PROJECT_DIR
from include.pipeline.deploy import accounts

Services = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return that of a deployment whose records are in a database of this test's."""
    folder = tmp_path_factory.mktemp("deployment")
    (folder / "secrets").mkdir()
    return {
        **os.environ,
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/airflow.db",
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "MENTOR_SECRETS_DIR": str(folder / "secrets"),
        "PYTHONPATH": str(PROJECT_DIR),
    }


@pytest.fixture(scope="module")
def services(environment: dict[str, str]) -> Services:
    """Return a function that runs a command of the services, after the first start."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "include.pipeline.deploy", *arguments],
            env=environment,
            cwd=PROJECT_DIR,
            capture_output=True,
            text=True,
        )

    started = run("init")
    assert started.returncode == 0, started.stderr
    assert "Made the account admin" in started.stdout
    return run


@pytest.fixture
def roles(environment: dict[str, str]) -> Callable[[], dict[str, str]]:
    """Return a function that reads the role of every account from the database."""

    def read() -> dict[str, str]:
        with closing(sqlite3.connect(_database(environment))) as connection:
            return dict(
                connection.execute(
                    """
                    select ab_user.username, ab_role.name
                    from ab_user
                    inner join ab_user_role on ab_user.id = ab_user_role.user_id
                    inner join ab_role on ab_user_role.role_id = ab_role.id
                    """
                )
            )

    return read


@pytest.fixture
def started() -> Iterator[list[str]]:
    """Return the command lines of the processes that the test itself starts."""
    lines: list[str] = []
    is_on = True

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if is_on and event == "subprocess.Popen":
            lines.append(str(arguments))

    # Python has no way to take a hook away.
    sys.addaudithook(note)
    yield lines
    is_on = False


def _database(environment: dict[str, str]) -> str:
    return environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].removeprefix("sqlite:///")


def _is_password(environment: dict[str, str], name: str, shown: str) -> bool:
    with closing(sqlite3.connect(_database(environment))) as connection:
        ((kept,),) = connection.execute("select password from ab_user where username = ?", [name])
    return check_password_hash(kept, shown.strip())


def test_the_first_password_is_shown_once(services: Services, environment: dict[str, str]) -> None:
    """Nothing prints it unasked, and nobody finds it afterwards."""
    shown = services("password")
    password = shown.stdout.strip()
    assert shown.returncode == 0 and len(password) >= 20
    assert _is_password(environment, "admin", password)
    again = services("password")
    assert again.returncode == 1
    assert password not in again.stdout + again.stderr
    assert "`make user NAME=admin ROLE=admin` sets a new one" in again.stderr
    assert not (Path(environment["MENTOR_SECRETS_DIR"]) / "admin_password").exists()


def test_another_start_makes_no_other_account(services: Services) -> None:
    """The database is migrated again, and who was there stays."""
    started = services("init")
    assert started.returncode == 0, started.stderr
    assert "Made the account" not in started.stdout


def test_an_account_has_the_role_and_password_that_are_shown(
    services: Services,
    environment: dict[str, str],
    roles: Callable[[], dict[str, str]],
    started: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second `make user` changes both; no password is in the command line of a process."""
    first = services("user", "--name", "ann", "--role", "viewer")
    assert first.returncode == 0, first.stderr
    assert roles() == {"admin": "Admin", "ann": "Viewer"}
    assert _is_password(environment, "ann", first.stdout)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    changed = accounts.put("ANN", "operator")
    other = accounts.put("bo@example.com", "operator")
    assert roles() == {"admin": "Admin", "ann": "User", "bo@example.com": "User"}
    assert _is_password(environment, "ann", changed)
    assert _is_password(environment, "bo@example.com", other)
    assert any("reset-password" in line for line in started) and any("create" in line for line in started)
    assert not [line for line in started if changed in line or other in line]


def test_an_address_is_one_account_s_only(services: Services, roles: Callable[[], dict[str, str]]) -> None:
    """Whose it is, is said, and what there was stays."""
    before = roles()
    refused = services("user", "--name", "Admin@localhost", "--role", "viewer")
    assert refused.returncode == 1
    assert "Admin@localhost is the address of account admin. Choose another name." in refused.stderr
    assert not refused.stdout and roles() == before


def test_every_role_has_the_menu_of_our_pages(services: Services, environment: dict[str, str]) -> None:
    """FAB shows plugins to its operators and admins only."""
    with closing(sqlite3.connect(_database(environment))) as connection:
        found = connection.execute(
            """
            select ab_role.name, ab_permission.name
            from ab_role
            inner join ab_permission_view_role on ab_role.id = ab_permission_view_role.role_id
            inner join ab_permission_view
                on ab_permission_view_role.permission_view_id = ab_permission_view.id
            inner join ab_permission on ab_permission_view.permission_id = ab_permission.id
            inner join ab_view_menu on ab_permission_view.view_menu_id = ab_view_menu.id
            where ab_view_menu.name = 'Plugins'
            """
        ).fetchall()
    assert {
        (role, action) for role in ("Viewer", "User", "Admin") for action in ("can_read", "menu_access")
    } <= {*found}


@pytest.mark.parametrize(
    ("name", "role"), [("ann", "Op"), ("", "viewer"), ("a b", "viewer"), ("a;b", "admin")]
)
def test_what_is_no_account_is_refused(services: Services, name: str, role: str) -> None:
    """With what was asked, and the roles that there are."""
    refused = services("user", "--name", name, "--role", role)
    assert refused.returncode == 1
    assert f"Cannot create account {name!r} with role {role!r}" in refused.stderr
    assert "admin, operator, viewer" in refused.stderr
