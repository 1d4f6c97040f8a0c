"""What the deployment shows to whom: no secret in the open, no root, one port on loopback."""

import json
import socket
import subprocess

import pytest

from tests.stack.stack import HOME, Stack

pytestmark = pytest.mark.smoke

USER = "50000"
# Of /proc/1/status: nothing of root's is left, nor can be got.
UNPRIVILEGED = {"CapEff": "0" * 16, "CapBnd": "0" * 16, "NoNewPrivs": "1"}
READ_SECRETS = """
import json, pathlib
files = pathlib.Path("/opt/secrets").iterdir()
print(json.dumps({path.name: [oct(path.stat().st_mode & 0o7777), path.read_text()] for path in files}))
"""


@pytest.fixture(scope="module")
def secret_files(stack: Stack) -> dict[str, tuple[str, str]]:
    """Mode and content of every file of secrets, by its name."""
    return {
        name: (mode, content)
        for name, (mode, content) in json.loads(
            stack.inside("api-server", "python", "-c", READ_SECRETS)
        ).items()
    }


@pytest.fixture(scope="module")
def secrets(secret_files: dict[str, tuple[str, str]], admin_password: str) -> dict[str, str]:
    """Every secret of the deployment, by its name."""
    found = {name: content for name, (_, content) in secret_files.items() if content.split() == [content]}
    # It is in a file until it is shown.
    return found | {"admin_password": admin_password}


def test_secrets_are_their_owners_alone(stack: Stack, secret_files: dict[str, tuple[str, str]]) -> None:
    """Each is in a file of mode 0600, in a folder that nobody else may open or list."""
    assert len(secret_files) >= 5
    assert {mode for mode, _ in secret_files.values()} == {"0o600"}


def test_secrets_are_long_and_differ(secrets: dict[str, str]) -> None:
    """No secret is a word of somebody's choice, or two places' at once."""
    assert min(map(len, secrets.values())) >= 24
    assert len(set(secrets.values())) == len(secrets)


@pytest.mark.usefixtures("first_run")
def test_nothing_shows_a_secret(stack: Stack, secrets: dict[str, str]) -> None:
    """Neither Compose's view of the file, nor Docker's of containers and image, nor a log."""
    identifiers = [each["Id"] for each in stack.containers().values()]
    views = {
        "config": stack.compose("--profile", "celery", "config"),
        "inspect": stack.engine.docker("inspect", *identifiers),
        "image": stack.engine.docker("history", "--no-trunc", stack.containers()["scheduler"]["Image"]),
        "processes": stack.compose("top"),
        "logs": stack.compose("logs", "--no-color"),
    }
    shown = [
        (view, name) for view, text in views.items() for name, secret in secrets.items() if secret in text
    ]
    assert shown == []


@pytest.mark.usefixtures("first_run")
def test_no_file_holds_a_secret(stack: Stack, secrets: dict[str, str]) -> None:
    """Neither task logs nor reports nor the warehouse nor the image's own files."""
    search = (
        f'grep --recursive --text --files-with-matches --fixed-strings --file=- /opt/logs {HOME} "$HOME";'
        " test $? -eq 1"
    )
    stack.inside("scheduler", "sh", "-c", search, given="\n".join(secrets.values()))


def test_no_process_is_root(stack: Stack) -> None:
    """Every process of every container is the user that owns the secrets."""
    for service in stack.services():
        identifier = stack.containers()[service]["Id"]
        users = stack.engine.docker("top", identifier, "-eo", "uid,pid,args").splitlines()[1:]
        assert users, service
        assert {line.split()[0] for line in users} == {USER}, service


def test_no_container_has_privileges(stack: Stack) -> None:
    """No container has any of root's capabilities, or can come by them."""
    for service in stack.services():
        status = dict(
            line.split(":\t") for line in stack.inside(service, "cat", "/proc/1/status").splitlines()
        )
        assert {name: status[name] for name in UNPRIVILEGED} == UNPRIVILEGED, service


def test_only_those_who_make_secrets_can_change_them(stack: Stack) -> None:
    """Neither a task of the DAG nor a file that the DAG's processor reads."""
    write = "touch /opt/secrets/.tried && rm /opt/secrets/.tried && echo written || echo refused"
    tried = {service: stack.inside(service, "sh", "-c", write).split()[-1] for service in stack.services()}
    assert {service for service, ending in tried.items() if ending == "written"} == {"api-server"}


def test_one_port_on_loopback(stack: Stack) -> None:
    """The web UI is all that listens on the machine, and only for the machine itself."""
    published = {
        (service, binding["HostIp"], binding["HostPort"])
        for service, each in stack.containers().items()
        for bindings in each["NetworkSettings"]["Ports"].values()
        for binding in bindings or ()
    }
    assert published == {("api-server", "127.0.0.1", "8080")}
    assert "host" not in {each["HostConfig"]["NetworkMode"] for each in stack.containers().values()}


def test_nobody_else_reaches_the_web_ui(stack: Stack) -> None:
    """It does not answer on the addresses by which other machines reach this one."""
    found = subprocess.run(["hostname", "--all-ip-addresses"], capture_output=True, text=True, check=True)
    addresses = [address for address in found.stdout.split() if ":" not in address]
    assert addresses
    for address in addresses:
        with socket.socket() as client:
            client.settimeout(10)
            assert client.connect_ex((address, 8080)) != 0, address
