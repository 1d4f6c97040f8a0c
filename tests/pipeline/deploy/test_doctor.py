"""`make doctor` says what is missing and what to do, on a machine that has it and on one that has not."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from include.pipeline.core.settings import PROJECT_DIR
from include.pipeline.deploy import doctor


def answering(folder: Path, **answers: str) -> None:
    """Put a `docker` there that answers as one does: for each subcommand a text, by its first words."""
    cases = "\n".join(
        f"  '{words.replace('_', ' ').strip()}'*) cat <<'E'\n{text}\nE\n  ;;"
        for words, text in answers.items()
    )
    program = folder / "docker"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in\n{cases}\n  *) echo "no: $*" >&2; exit 1;;\nesac\n', encoding="utf-8"
    )
    program.chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder in which programs are found, in addition to those of the system."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_a_machine_without_docker_gets_the_command_to_install_it(tmp_path: Path) -> None:
    """With any Python and nothing installed, as the command that a new user types first."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "include.pipeline.deploy.doctor"],
        cwd=PROJECT_DIR,
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    assert "FAIL  Docker's engine does not answer: docker is not installed" in done.stdout
    assert "install or start 20.10 or newer" in done.stdout


def test_an_engine_that_is_too_old_is_named(path: Path) -> None:
    """With its version and the one that is needed."""
    answering(path, version="19.03.1")
    *_, last = doctor.examine()
    assert last == doctor.Finding(False, "Docker's engine 19.03.1", "install 20.10 or newer")


def test_a_service_that_is_not_well_is_named(path: Path) -> None:
    """With where to look; what ended well when it was done is no service any more."""
    answering(
        path,
        version="28.2.2",
        compose_version="5.6.1",
        info_="/",
        compose_ps="\n".join(
            f'{{"Service": "{name}", "State": "{state}", "Health": "{health}", "ExitCode": {code}}}'
            for name, state, health, code in (
                ("api-server", "running", "healthy", 0),
                ("init", "exited", "", 0),
                ("triggerer", "running", "unhealthy", 0),
                ("postgres", "exited", "", 1),
            )
        ),
        compose_port="0.0.0.0:8080",
    )
    findings = list(doctor.examine())
    assert [finding for finding in findings if not finding.ok and "logs" in finding.to_do] == [
        doctor.Finding(False, "postgres: exited", "`docker compose logs postgres` says why"),
        doctor.Finding(False, "triggerer: unhealthy", "`docker compose logs triggerer` says why"),
    ]
    assert doctor.Finding(True, "api-server: healthy") in findings
    assert doctor.Finding(True, "port 8080 is ours") in findings
    assert not [finding for finding in findings if "init" in finding.found]


@pytest.mark.parametrize(
    "line", ['"NAME"', "NAME # the inbox", "~/NAME", "'NAME'", " NAME ", "./NAME"], ids=lambda line: line
)
def test_the_landing_folder_is_that_of_the_services(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However .env spells it: quotes, a comment after it, the home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("MENTOR_DATA_DIR")
    monkeypatch.setattr(doctor, "PROJECT_DIR", tmp_path)
    env_file = tmp_path / ".env"
    monkeypatch.setattr(doctor, "ENV_FILE", env_file)
    (tmp_path / "deliveries").mkdir()
    env_file.write_text(f"MENTOR_DATA_DIR={line.replace('NAME', 'deliveries')}\n", encoding="utf-8")
    assert doctor._settings() == doctor.Finding(True, f"deliveries come to {tmp_path / 'deliveries'}")
    env_file.write_text("MENTOR_DATA_DIR=a$b\n", encoding="utf-8")
    assert "'MENTOR_DATA_DIR=a$b'. Expected NAME=value" in doctor._settings().found


def test_a_port_that_is_taken_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the start that would fail on it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("MENTOR_PORT", str(server.getsockname()[1]))
        assert not doctor._port().ok
    assert doctor._port().ok
