"""Creates the secrets of the deployment at its first start, each in a file that only its owner reads.

Airflow reads them by its `…_CMD` settings, the database and the broker from the files. To use a
value of your own, or one from a backup, put it there before the first start.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

from include.pipeline.core.atomic_files import put_in_place
from include.pipeline.core.deployment_settings import secrets_dir

RANDOM: dict[str, Callable[[], str]] = {
    # Encrypts connections and variables in Airflow's records: without it they cannot be read again.
    "fernet_key": lambda: Fernet.generate_key().decode(),
    # Signs the tokens that identify people and tasks to the API server.
    "jwt_secret": lambda: secrets.token_urlsafe(64),
    # Signs the cookies of the web UI.
    "api_secret_key": lambda: secrets.token_urlsafe(64),
    "database_password": lambda: secrets.token_urlsafe(32),
    "broker_password": lambda: secrets.token_urlsafe(32),
}
# Files with a secret inside, in the format of the program that reads them.
MADE_OF_THEM = {
    "database_url": "postgresql+psycopg2://airflow:{database_password}@postgres:5432/airflow",
    "result_backend": "db+postgresql+psycopg2://airflow:{database_password}@postgres:5432/airflow",
    "broker_url": "redis://:{broker_password}@redis:6379/0",
    "redis.conf": "requirepass {broker_password}",
}


def make() -> list[str]:
    """Create the missing secrets; return their names."""
    made = [name for name in RANDOM if not _path(name).exists()]
    for name in made:
        write(name, RANDOM[name]())
    values = {name: read(name) for name in RANDOM}
    for name, text in MADE_OF_THEM.items():
        write(name, text.format(**values))
    return made


def random_password() -> str:
    """Return a password for a person."""
    return secrets.token_urlsafe(18)


def write(name: str, value: str) -> None:
    """Keep a secret in a file of mode 0600, atomically."""
    staged = _path(f".{name}.next")
    staged.unlink(missing_ok=True)
    with os.fdopen(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(value)
    put_in_place(staged, _path(name))


def read(name: str) -> str | None:
    """Return a secret, or None if it is not kept."""
    try:
        return _path(name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def forget(name: str) -> None:
    """Delete a secret."""
    _path(name).unlink(missing_ok=True)


def _path(name: str) -> Path:
    return secrets_dir() / name
