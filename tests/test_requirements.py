"""The locks: resolved from their inputs, complete, and good for every Python the README names."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from include.pipeline.core.settings import PROJECT_DIR

UV = str(Path(sys.executable).with_name("uv"))
# As `make lock` calls it: what the metadata of a package excludes and its code does not.
OVERRIDES = {"requirements": ("--override", "requirements-override.in")}
LOCKS = ("requirements", "requirements-dev", "requirements-spark")


def compile_lock(*arguments: str, cwd: Path = PROJECT_DIR) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [UV, "pip", "compile", "--quiet", "--no-header", *arguments], cwd=cwd, capture_output=True, text=True
    )


@pytest.mark.network
@pytest.mark.smoke
@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_is_what_make_lock_writes(name: str, tmp_path: Path) -> None:
    """A lock that is older than its input installs something else than was asked for."""
    for file in PROJECT_DIR.glob("requirements*"):
        shutil.copy(file, tmp_path)
    done = compile_lock(
        *("--universal", "--python-version", "3.11", "--annotation-style", "line"),
        *OVERRIDES.get(name, ()),
        *(f"{name}.in", "--output-file", f"{name}.txt"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    lock = f"{name}.txt"
    assert (tmp_path / lock).read_text(encoding="utf-8") == (PROJECT_DIR / lock).read_text(encoding="utf-8")


@pytest.mark.network
@pytest.mark.parametrize("name", ["requirements", "requirements-spark"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_resolves_on_every_supported_python(python: str, name: str) -> None:
    """Every pin, with what it needs itself, is in the lock: pip may install it without resolving."""
    lock = f"{name}.txt"
    done = compile_lock("--no-annotate", "--python-version", python, *OVERRIDES.get(name, ()), lock)
    assert done.returncode == 0, done.stderr
    locked = {line.split(" ")[0] for line in _lines(PROJECT_DIR / lock)}
    resolved = {line.split(" ")[0] for line in done.stdout.splitlines() if "==" in line}
    assert resolved
    assert resolved <= locked


def test_every_pin_that_is_not_the_newest_says_why() -> None:
    """Who takes this over must know which pins may be lifted, and when they were set."""
    lines = (PROJECT_DIR / "requirements.in").read_text(encoding="utf-8").splitlines()
    capped = [
        place
        for place, line in enumerate(lines)
        if line.startswith(("apache-airflow=", "dbt-core", "duckdb="))
    ]
    assert len(capped) == 3
    for place in capped:
        assert lines[place - 1].startswith("#") and lines[place - 1].endswith("(November 2026)."), lines[
            place
        ]


@pytest.mark.network
def test_every_override_is_still_needed() -> None:
    """Without the override nothing resolves; once it does, requirements-override.in can go."""
    done = compile_lock("--universal", "--python-version", "3.11", "requirements.in")
    assert done.returncode != 0
    assert "structlog" in done.stderr


def _lines(lock: Path) -> list[str]:
    return [line for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line]
