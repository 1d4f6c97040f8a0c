"""The settings of a deployment with a scheduler: waiting, alerts, records, secrets."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field

from include.pipeline.core.settings import Section, load, path


class DeploymentSettings(Section):
    """What only a deployment with a scheduler needs; see .env.

    Attributes:
        delivery_wait_minutes: how long a run waits for its delivery: less than the day until the next run.
        delivery_late: what a run does without its delivery.
        publish_within_minutes: how long after it was queued a run must have published.
        keep_records_days: how long task logs and Airflow's records of runs are kept.
    """

    delivery_wait_minutes: float = Field(ge=0, le=1380)
    delivery_late: Literal["fail", "previous"]
    publish_within_minutes: float = Field(ge=0.1, le=10_000)
    keep_records_days: float = Field(ge=1, le=100_000)

    @property
    def delivery_wait(self) -> timedelta:
        """How long a run of the scheduler waits for its delivery."""
        return timedelta(minutes=self.delivery_wait_minutes)

    @property
    def goes_on_without_delivery(self) -> bool:
        """Whether a run without its delivery continues with the previous data instead of failing."""
        return self.delivery_late == "previous"

    @property
    def publish_within(self) -> timedelta:
        """How long after it was queued a run must have published."""
        return timedelta(minutes=self.publish_within_minutes)


def deployment_settings() -> DeploymentSettings:
    """Return the settings of a deployment with a scheduler.

    Raises:
        SettingInvalid: a variable is missing or is not of its type.
    """
    return DeploymentSettings.read()


def alert_addresses() -> list[str]:
    """Return where alerts go, as URLs of Apprise; none where alerts are off. They may hold secrets.

    MENTOR_ALERT_URL has them or, where that is empty, the file that MENTOR_ALERT_URL_FILE names.
    """
    load()
    value = os.environ.get("MENTOR_ALERT_URL", "")
    kept = Path(os.environ.get("MENTOR_ALERT_URL_FILE", os.devnull))
    if not value and kept.exists():
        value = kept.read_text(encoding="utf-8")
    value = value.strip(", \t\n")
    # A URL may hold commas of its own.
    return re.split(r"[,\s]+(?=[A-Za-z0-9]+://)", value) if value else []


def secrets_dir() -> Path:
    """Return the folder of the deployment's secrets, which docker-compose.yaml sets."""
    return path("MENTOR_SECRETS_DIR")
