"""Secrets are made once, are different everywhere, and only their owner can read them."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from include.pipeline.deploy import secrets


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty folder of the secrets."""
    monkeypatch.setenv("MENTOR_SECRETS_DIR", str(tmp_path))
    return tmp_path


def values(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_first_start_makes_all(folder: Path) -> None:
    """What Airflow, the database and the broker read, each in a file of mode 0600."""
    assert secrets.make() == list(secrets.RANDOM)
    assert set(values(folder)) == {*secrets.RANDOM, *secrets.MADE_OF_THEM}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    Fernet(values(folder)["fernet_key"])
    assert len({values(folder)[name] for name in secrets.RANDOM}) == len(secrets.RANDOM)
    assert min(len(values(folder)[name]) for name in secrets.RANDOM) >= 40


def test_a_later_start_changes_nothing(folder: Path) -> None:
    """Airflow's records are encrypted with them."""
    secrets.make()
    before = values(folder)
    assert secrets.make() == []
    assert values(folder) == before


def test_an_own_value_is_taken(folder: Path) -> None:
    """A backup is put back by putting its files there; what holds a secret follows it."""
    secrets.write("database_password", "of-the-backup")
    assert "database_password" not in secrets.make()
    assert (
        values(folder)["database_url"] == "postgresql+psycopg2://airflow:of-the-backup@postgres:5432/airflow"
    )


def test_two_deployments_share_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No value is in the code."""
    secrets.make()
    first = values(folder)
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("MENTOR_SECRETS_DIR", str(other))
    secrets.make()
    assert not set(first.values()) & set(values(other).values())


def test_a_secret_that_is_not_kept_is_none(folder: Path) -> None:
    """The first password is there until it was shown."""
    secrets.write("admin_password", "shown once")
    assert secrets.read("admin_password") == "shown once"
    secrets.forget("admin_password")
    assert secrets.read("admin_password") is None
