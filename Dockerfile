# The image of all services in docker-compose.yaml that run Airflow.
FROM python:3.11-slim-bookworm

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1

# The number stands in docker-compose.yaml too: whoever may read the secrets is this user, and nobody else.
RUN groupadd --gid 50000 airflow \
    && useradd --uid 50000 --gid airflow --create-home airflow \
    && install --directory --owner airflow --group airflow \
        /opt/secrets /opt/landing /opt/logs \
        /opt/mentor-tier-report/warehouse /opt/mentor-tier-report/reports

WORKDIR /opt/mentor-tier-report

# A layer of its own, for the lock changes less often than the code.
COPY requirements.txt ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --no-deps --requirement requirements.txt

COPY . ./
# As `make setup` does: settings for every process, then dbt's manifest; and the documentation of the models.
RUN python -m include.mentoring.hook \
    && python -m compileall -q dags include plugins \
    && mkdir --parents warehouse/build/current \
    && dbt --quiet docs generate --static --empty-catalog \
    && rm --recursive warehouse/build \
    && chown --recursive airflow:airflow include/dbt

USER 50000:50000
