"""`make doctor`: whether this machine can run docker-compose.yaml, and whether what runs is healthy.

Runs on the host with any Python that the project takes; nothing needs to be installed for it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from include.pipeline.core import env_file
from include.pipeline.core.env_file import ENV_FILE
from include.pipeline.deploy import port

PROJECT_DIR = ENV_FILE.parent
OLDEST_ENGINE = (20, 10)
OLDEST_COMPOSE = (2, 20)
# The image, its layers while it is built, and the volumes of a small marketplace.
LEAST_DISK_GB = 6
LEAST_MEMORY_GB = 6
SECRET_FILES = "find /opt/secrets -type f ! -perm 0600"


class Finding(NamedTuple):
    """What one check found: `ok`, what it was, and what to do about it (empty if nothing)."""

    ok: bool
    found: str
    to_do: str = ""


def main() -> int:
    """Print a line for each finding; return 1 if something must be done."""
    failed = False
    for finding in examine():
        failed |= not finding.ok
        print(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.found}")
        if finding.to_do:
            print(f"      {finding.to_do}")
    return int(failed)


def examine() -> Iterator[Finding]:
    """Yield the findings; a check runs only if the earlier ones leave something to check."""
    yield _settings()
    engine = _version(
        ["docker", "version", "--format", "{{.Server.Version}}"], "Docker's engine", OLDEST_ENGINE
    )
    yield engine
    if not engine.ok:
        return
    compose = _version(["docker", "compose", "version", "--short"], "Docker's compose", OLDEST_COMPOSE)
    yield compose
    if not compose.ok:
        return
    yield _disk()
    yield _memory()
    services = _services()
    yield _port()
    if not services:
        yield Finding(True, "nothing runs yet", "`make up` starts it")
        return
    for name, state in sorted(services.items()):
        yield Finding(
            state in ("healthy", "running"),
            f"{name}: {state}",
            "" if state in ("healthy", "running") else f"`docker compose logs {name}` says why",
        )
    if services.get("scheduler") in ("healthy", "running"):
        yield _secrets()


def _settings() -> Finding:
    if not ENV_FILE.exists():
        return Finding(False, f"{ENV_FILE} is missing", "restore it: `git checkout .env`")
    try:
        folder = os.environ.get("MENTOR_DATA_DIR") or env_file.read(ENV_FILE).get("MENTOR_DATA_DIR", "")
    except ValueError as invalid:
        return Finding(False, str(invalid))
    landing = PROJECT_DIR / os.path.expanduser(folder)
    if not folder or not landing.is_dir():
        return Finding(False, f"the landing folder {landing} is missing", "set MENTOR_DATA_DIR in .env")
    return Finding(True, f"deliveries come to {landing}")


def _version(command: list[str], what: str, oldest: tuple[int, int]) -> Finding:
    answer = _run(command)
    wanted = ".".join(map(str, oldest))
    said = answer.stdout.strip() if answer and not answer.returncode else ""
    found = re.match(r"v?(\d+)\.(\d+)", said)
    if not found:
        words = answer.stderr.strip().splitlines()[-1:] if answer else ["docker is not installed"]
        return Finding(
            False, f"{what} does not answer: {' '.join(words)}", f"install or start {wanted} or newer"
        )
    is_new_enough = (int(found[1]), int(found[2])) >= oldest
    return Finding(is_new_enough, f"{what} {said}", "" if is_new_enough else f"install {wanted} or newer")


def _disk() -> Finding:
    answer = _run(["docker", "info", "--format", "{{.DockerRootDir}}"])
    root = Path(answer.stdout.strip()) if answer else Path("/")
    # Docker Desktop runs in a virtual machine, whose folders cannot be seen from here.
    seen = next((folder for folder in (root, *root.parents) if folder.exists()), Path("/"))
    free = shutil.disk_usage(seen).free / 1e9
    return Finding(
        free >= LEAST_DISK_GB,
        f"{free:.0f} GB are free for Docker in {seen}",
        ""
        if free >= LEAST_DISK_GB
        else f"free {LEAST_DISK_GB} GB: `docker system prune` removes what is unused",
    )


def _memory() -> Finding:
    answer = _run(["docker", "info", "--format", "{{.MemTotal}}"])
    total = int(answer.stdout) / 1e9 if answer and answer.stdout.strip().isdigit() else 0
    return Finding(
        total >= LEAST_MEMORY_GB,
        f"{total:.0f} GB of memory for Docker",
        ""
        if total >= LEAST_MEMORY_GB
        else f"give it {LEAST_MEMORY_GB} GB, and lower MENTOR_MEMORY_LIMIT in .env",
    )


def _port() -> Finding:
    try:
        number = port.ui_port()
    except ValueError as invalid:
        return Finding(False, str(invalid), "change MENTOR_PORT in .env")
    published = _run(["docker", "compose", "port", "api-server", "8080"])
    if published and published.stdout.strip().endswith(f":{number}"):
        return Finding(True, f"port {number} is ours")
    is_taken = port.is_taken(number)
    return Finding(
        not is_taken,
        f"port {number} is {'taken by another program' if is_taken else 'free'}",
        "end that program, or take another port: `make up PORT=8081`" if is_taken else "",
    )


def _services() -> dict[str, str]:
    """Return the health of each service that has a container, or its state if it has no health check."""
    answer = _run(["docker", "compose", "ps", "--all", "--format", "json"])
    lines = answer.stdout.splitlines() if answer else []
    containers = [json.loads(line) for line in lines if line.startswith("{")]
    return {
        container["Service"]: container.get("Health") or container["State"]
        for container in containers
        # The services that create the secrets and the database exit when they are done.
        if container["State"] != "exited" or container["ExitCode"]
    }


def _secrets() -> Finding:
    answer = _run(["docker", "compose", "exec", "-T", "scheduler", "sh", "-c", SECRET_FILES])
    exposed = answer.stdout.split() if answer else []
    return Finding(
        not exposed,
        f"secrets that others may read: {', '.join(exposed)}"
        if exposed
        else "only their owner reads the secrets",
        "`docker compose exec scheduler chmod 0600` each of them" if exposed else "",
    )


def _run(command: list[str]) -> "subprocess.CompletedProcess[str] | None":
    try:
        return subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, timeout=60)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None


if __name__ == "__main__":
    sys.exit(main())
