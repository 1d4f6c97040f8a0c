"""docker-compose.yaml and the Dockerfile: what every service of a deployment that is left running has."""

import re
from typing import Any

import pytest
import yaml
from airflow.executors.executor_loader import ExecutorLoader
from airflow.sdk.module_loading import import_string

from include.pipeline.core.settings import PROJECT_DIR
from include.pipeline.deploy import accounts, health, secrets

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT_DIR / "docker-compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# They end when they have done their work.
ENDING = {"secrets", "init"}
CELERY_SERVICES = {"worker", "writer"}
AIRFLOW_SERVICES = {
    "api-server",
    "scheduler",
    "dag-processor",
    "triggerer",
    "groomer",
    *CELERY_SERVICES,
    *ENDING,
}
SPARK_SERVICES = {"spark-master", "spark-worker"}
UID = "50000"
LAKE = "lake:/opt/mentor-tier-report/lake"


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_limited(name: str) -> None:
    """No root, no more rights than it has, an end to its memory and its logs."""
    service = SERVICES[name]
    assert service["user"] == f"{UID}:{UID}"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"].keys() >= {"max-size", "max-file"}
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["pids_limit"] > 0
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ENDING))
def test_every_service_that_stays_is_watched(name: str) -> None:
    """It comes back when it ends, and says when it does not do its work."""
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_services_that_end_are_waited_for() -> None:
    """Nothing starts before the secrets are there and the database is migrated."""
    for name in ENDING:
        assert SERVICES[name]["restart"] == "no"
    for name in AIRFLOW_SERVICES - ENDING:
        assert SERVICES[name]["depends_on"]["init"] == {"condition": "service_completed_successfully"}
    for name in {"postgres", "redis"}:
        assert SERVICES[name]["depends_on"]["secrets"] == {"condition": "service_completed_successfully"}


def test_only_the_web_ui_can_be_reached_and_only_from_this_machine() -> None:
    """Only a proxy with TLS should make it reachable from elsewhere."""
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"api-server": ["127.0.0.1:${MENTOR_PORT:-8080}:8080"]}
    assert not [name for name, service in SERVICES.items() if service.get("network_mode") == "host"]


def test_all_services_of_airflow_are_one_image_with_the_same_settings() -> None:
    """They must share secrets and settings: the most reported failure of such files."""
    ours = "${COMPOSE_PROJECT_NAME}"
    assert {
        name for name, service in SERVICES.items() if service["image"] == ours
    } == AIRFLOW_SERVICES | SPARK_SERVICES
    assert [name for name, service in SERVICES.items() if "build" in service] == ["secrets"]
    for name in AIRFLOW_SERVICES:
        assert SERVICES[name]["env_file"] == ".env"
        assert SERVICES[name]["environment"] == SERVICES["scheduler"]["environment"]
        if name not in {"worker", "secrets"}:
            assert SERVICES[name]["volumes"][1:] == SERVICES["scheduler"]["volumes"][1:]


def test_only_those_who_write_secrets_can() -> None:
    """A task of the DAG cannot change what the services trust each other by."""
    mounted = {
        name: mount.removeprefix("secrets:/opt/secrets")
        for name, service in SERVICES.items()
        for mount in service.get("volumes", ())
        if str(mount).startswith("secrets:")
    }
    assert {name for name, mode in mounted.items() if not mode} == {"secrets", "init", "api-server"}
    assert set(mounted.values()) == {"", ":ro"}


def test_services_reach_each_other_without_a_proxy() -> None:
    """Docker gives the proxy of its own settings to every container, as HTTP_PROXY."""
    for spelling in ("NO_PROXY", "no_proxy"):
        hosts = SERVICES["scheduler"]["environment"][spelling].split(",")
        assert {"api-server", "spark-master", "127.0.0.1"} <= set(hosts)
        # The caller's own come first.
        assert hosts[0] == "${NO_PROXY:-localhost}"


def test_a_worker_shares_no_state_but_the_lake() -> None:
    """It could be on a machine of its own; the one that listens to the queue of DuckDB's tasks could not."""
    volumes = [volume for volume in SERVICES["worker"]["volumes"] if isinstance(volume, str)]
    assert volumes == ["secrets:/opt/secrets:ro", LAKE]
    assert SERVICES["writer"]["command"][-2:] == ["--queues", "warehouse"]
    assert "--queues" not in SERVICES["worker"]["command"]


@pytest.mark.parametrize("name", ["LocalExecutor", "CeleryExecutor"])
def test_the_executors_can_be_loaded(name: str) -> None:
    """The one that compose takes, and that of `make up WORKERS=2`: the locked packages fit each other."""
    assert import_string(ExecutorLoader.executors[name]).__name__ == name


def test_secrets_are_read_from_the_files_that_are_made() -> None:
    """No value stands in a setting; every `…_CMD` and `…_FILE` names a secret that is made."""
    read = [
        value.rpartition("/opt/secrets/")[2]
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if "/opt/secrets/" in value
    ]
    assert set(read) - {"alert_url"} <= {*secrets.RANDOM, *secrets.MADE_OF_THEM}
    assert {"fernet_key", "jwt_secret", "api_secret_key", "database_url", "database_password"} <= set(read)
    for service in SERVICES.values():
        for name in service.get("environment", {}):
            is_secret = re.search(r"PASSWORD|SECRET|_KEY|CONN|BROKER|BACKEND", name)
            assert not is_secret or name.endswith(("_CMD", "_FILE", "_DIR")), name


def test_what_people_make_is_in_volumes() -> None:
    """A new container finds what the one before has left; deliveries are only read."""
    assert set(COMPOSE["volumes"]) == {"secrets", "postgres", "logs", "warehouse", "lake", "reports"}
    (landing,) = (volume for volume in SERVICES["scheduler"]["volumes"] if isinstance(volume, dict))
    assert landing == {
        "type": "bind",
        "source": "${MENTOR_DATA_DIR}",
        "target": "/opt/landing",
        "read_only": True,
    }


def test_sparks_workers_see_nothing_but_the_lake() -> None:
    """They read and write rows, under the path that tasks know, and no secret."""
    assert LAKE in SERVICES["scheduler"]["volumes"]
    assert SERVICES["scheduler"]["environment"]["MENTOR_LAKE"] == LAKE.partition(":")[2]
    assert SERVICES["spark-worker"]["volumes"] == [LAKE]
    assert not SPARK_SERVICES & {
        name for name, service in SERVICES.items() if "secrets:/opt/secrets" in str(service)
    }


def test_health_is_asked_of_services_that_are_there() -> None:
    """The health command knows every service that asks it."""
    asked = {
        service["healthcheck"]["test"][-1]
        for service in SERVICES.values()
        if "health" in service.get("healthcheck", {}).get("test", [])
    }
    assert asked == set(health.COMPONENTS)


def test_the_image_runs_as_the_user_of_the_services() -> None:
    """The number stands in both files; and the roles are those that a person asks for."""
    dockerfile = (PROJECT_DIR / "Dockerfile").read_text(encoding="utf-8")
    assert f"--uid {UID}" in dockerfile
    assert dockerfile.rstrip().endswith(f"USER {UID}:{UID}")
    assert set(accounts.ROLES) == {"admin", "operator", "viewer"}
