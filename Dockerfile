# The image of all services in docker-compose.yaml that run Airflow.
FROM python:3.11-slim-bookworm

# duckdb or spark; with spark the image has Java and dbt for Spark as well.
ARG MENTOR_ENGINE=duckdb

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1

# docker-compose.yaml has the same number: only this user can read the secrets.
RUN groupadd --gid 50000 airflow \
    && useradd --uid 50000 --gid airflow --create-home airflow \
    && install --directory --owner airflow --group airflow \
        /opt/secrets /opt/landing /opt/logs \
        /opt/mentor-tier-report/warehouse /opt/mentor-tier-report/lake /opt/mentor-tier-report/reports

WORKDIR /opt/mentor-tier-report

# A separate layer: the lock changes less often than the code.
COPY requirements.txt requirements-spark.txt ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --no-deps --requirement requirements.txt

# Debian keeps one version of a package at a time.
# hadolint ignore=DL3008
RUN if [ "$MENTOR_ENGINE" = spark ]; then \
        apt-get update \
        && apt-get install --yes --no-install-recommends default-jre-headless \
        && rm --recursive --force /var/lib/apt/lists/* \
        && python -m venv .venv-spark \
        && .venv-spark/bin/pip install --no-cache-dir --no-deps --requirement requirements-spark.txt; \
    fi

COPY . ./
# As in `make setup`: the project as a package, then dbt's manifest; also the documentation of the models.
RUN pip install --no-cache-dir --no-deps --editable . \
    && if [ -d .venv-spark ]; then .venv-spark/bin/pip install --no-cache-dir --no-deps --editable .; fi \
    && python -m compileall -q dags include plugins \
    && mkdir --parents warehouse/build/current \
    && mentor dbt docs generate --quiet --static --empty-catalog \
    && rm --recursive warehouse/build \
    && chown --recursive airflow:airflow include/dbt

USER 50000:50000
