"""What Docker and its linter say of the files, before anything is started from them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack.engine import Engine
from tests.stack.images import OFFICIAL
from tests.stack.stack import CHECKOUT, PROJECT, without_settings

pytestmark = pytest.mark.smoke


def test_dockerfile_passes_the_linter() -> None:
    """hadolint finds nothing in the Dockerfile."""
    hadolint = str(Path(sys.executable).with_name("hadolint"))
    linted = subprocess.run([hadolint, "Dockerfile"], cwd=CHECKOUT, capture_output=True, text=True)
    assert (linted.returncode, linted.stdout) == (0, ""), linted.stderr


def test_compose_file_is_valid(engine: Engine) -> None:
    """Compose takes the file as it is, with every profile, and warns of nothing."""
    for profiles in ((), ("--profile", "celery"), ("--profile", "spark")):
        command = ("sh", "-c", 'docker compose "$@" config --quiet 2>&1', "sh", *profiles)
        assert without_settings(engine).run(*command, folder=CHECKOUT) == ""


def test_images_are_those_that_the_tests_know(engine: Engine) -> None:
    """Every image that is not built here is official, and has a version."""
    command = ("docker", "compose", "--profile", "celery", "config", "--images")
    composed = without_settings(engine).run(*command, folder=CHECKOUT)
    dockerfile = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
    named = {*composed.split(), *re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)}
    assert named - {PROJECT} == set(OFFICIAL)
