# Everything a person types. `make help` lists it.

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
VENV_SPARK := .venv-spark
INSTALLED_SPARK := $(VENV_SPARK)/.installed
# An environment names the folder it was made in, and so do its scripts: in a copied or moved project it is made again.
MADE_HERE = [ "$$(cat $(1)/.installed 2>/dev/null)" = "$$(pwd -P)" ]
.PHONY: $(foreach env,$(VENV) $(VENV_SPARK),$(shell $(call MADE_HERE,$(env)) || echo $(env)/.installed))
# The first suitable Python: 3.11 to 3.13, with venv.
FITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -E -c "$(FITS)" 2>/dev/null && echo $$python && break; done)
endif

# The pipeline's dbt project; another pipeline's environment names its own (examples/shop/env).
MODELS_DIR ?= include/dbt
MANIFEST := $(MODELS_DIR)/target/manifest.json
DBT_SOURCES := $(shell find -L $(MODELS_DIR) -path $(MODELS_DIR)/target -prune -o -type f \( -name '*.sql' -o -name '*.yml' -o -name '*.csv' -o -name '*.md' \) -print)
FROM_ENV_FILE = $(if $(PYTHON),$(shell '$(PYTHON)' -IS include/pipeline/core/env_file.py $(1)))
# The engine that builds the models and the port of the web UI: as typed, else from the environment, else from .env.
export MENTOR_ENGINE := $(or $(ENGINE),$(MENTOR_ENGINE),$(call FROM_ENV_FILE,MENTOR_ENGINE))
export MENTOR_PORT := $(or $(PORT),$(MENTOR_PORT),$(call FROM_ENV_FILE,MENTOR_PORT))
# Of the caller's Python, which may be that of another project with a folder include/.
export PYTHONPATH := $(CURDIR)
unexport PYTHONHOME PYTHONWARNINGS
# In any locale, installed or not: paths, deliveries and the screen are UTF-8.
export PYTHONUTF8 := 1
export LC_ALL := C.UTF-8
# Several workers need Celery's broker. Engine spark needs its own services, and keeps reports in the lake.
COMPOSE := $(if $(WORKERS),MENTOR_EXECUTOR=CeleryExecutor WORKERS='$(WORKERS)') \
	$(if $(filter spark,$(MENTOR_ENGINE)),WRITERS=0 MENTOR_REPORTS=/opt/mentor-tier-report/lake/reports) docker compose \
	$(if $(WORKERS),--profile celery) $(if $(filter spark,$(MENTOR_ENGINE)),--profile spark)
# Readers of own data may get the sample.
SAMPLE_MEANT = $(if $(SAMPLE),--sample)
ACTIVATED := . $(BIN)/activate &&
# What says nothing by itself, and takes longer than anyone waits for in silence.
TIMED = $(or $(PYTHON),$(BIN)/python) -m include.pipeline.deploy.timed '$(1)'
COMMA := ,
PORT_IS_FREE = $(PYTHON) -m include.pipeline.deploy.port $(1)
IN_STACK := docker compose exec -T api-server python -m include.pipeline.deploy
# Generic tests are Jinja blocks, which the SQL linter cannot lay out.
LINTED_SQL := include/dbt/models examples/shop/dbt/models benchmarks/lean_route/models $(filter-out %/generic,$(wildcard include/dbt/tests/*))

# `make test` runs the tests without a tier, one whole run on the sample, and one refused delivery.
QUICK := not (e2e or scheduler or stack or spark or chaos or slow or network) or e2e and smoke
# These share one Docker engine or one cluster, or run on every core themselves.
ALONE := stack or spark or chaos
SIDE_BY_SIDE := --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# A path in ARGS runs whatever its tier is.
SELECTED = $(if $(findstring tests/,$(ARGS)),,$(if $(filter stack spark chaos,$(TIER)),,$(SIDE_BY_SIDE)) -m '$(or $(TIER),$(QUICK))')

.DEFAULT_GOAL := help
.PHONY: help setup run up down logs doctor password user alerts ui ingest validate dbt publish report explain metrics \
	query database versions loads rollback restore withdraw audit alert docs test test-all checks chaos bench lint fix lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(INSTALLED) $(MANIFEST) $(if $(filter spark,$(MENTOR_ENGINE)),$(INSTALLED_SPARK)) ## Install into .venv, parse the dbt project

run: setup ## Run the DAG once and print the report's table; DATE=2023-08-01 for that logical date, ENGINE=spark
	@$(BIN)/mentor run $(if $(DATE),--date '$(DATE)') $(if $(FUTURE),--future)

up: ## Start the deployment on http://127.0.0.1:8080 and wait until it is healthy; PORT=8081, WORKERS=2 for Celery
	@docker compose port api-server 8080 2>/dev/null | grep -q ':$(MENTOR_PORT)$$' || $(call PORT_IS_FREE,up)
	@$(call TIMED,Building the image$(COMMA) minutes at first) env $(COMPOSE) build --quiet
	@$(COMPOSE) up --detach --wait
	@echo "The web UI: http://127.0.0.1:$(MENTOR_PORT); \`make password\` shows the password of admin, once"

down: ## Stop the deployment; its volumes keep all data
	@docker compose --profile celery --profile spark down

logs: ## Follow the deployment's logs; SERVICE=scheduler for one
	@docker compose logs --follow --tail 100 $(SERVICE)

doctor: ## Check what the deployment needs and its health, and say what to do
	@$(PYTHON) -m include.pipeline.deploy.doctor

password: ## Show the password of the deployment's first account, admin, once
	@$(IN_STACK) password

user: ## Create account NAME=… with ROLE=admin, operator or viewer, or reset its password; shows it
	@$(IN_STACK) user --name '$(NAME)' --role '$(ROLE)'

alerts: ## Send the deployment's alerts to URL=…, an address of Apprise; without URL they are off
	@printenv URL | $(IN_STACK) alert-url

ui: setup ## Start the local web UI on http://127.0.0.1:8080, until Ctrl-C; PORT=8081 for another port
	@$(call PORT_IS_FREE,ui)
	@$(ACTIVATED) export AIRFLOW_HOME="$$AIRFLOW_HOME/ui" \
		AIRFLOW__API__PORT=$(MENTOR_PORT) AIRFLOW__API__BASE_URL=http://127.0.0.1:$(MENTOR_PORT) \
		AIRFLOW__CORE__EXECUTION_API_SERVER_URL=http://127.0.0.1:$(MENTOR_PORT)/execution/ \
		&& airflow db migrate && exec honcho --env /dev/null start

ingest: setup ## Stage by stage: find the delivery and land its files (DATE=…)
	@$(BIN)/mentor ingest $(if $(DATE),--date '$(DATE)') $(if $(FUTURE),--future)

validate: setup ## Stage by stage: run the quality gate on what landed and accept it into raw
	@$(BIN)/mentor validate

dbt: setup ## Stage by stage: any dbt command on the build, ARGS="build -s +fct_sessions"; TARGET=dev on a copy
	@$(BIN)/mentor dbt $(if $(TARGET),--target '$(TARGET)') $(if $(FRESH),--fresh) $(ARGS)

publish: setup ## Stage by stage: publish the build
	@$(BIN)/mentor publish

report: setup ## Stage by stage: write the report of the published database
	@$(BIN)/mentor report

# Every shell has a USER, which is not meant.
explain: setup ## Trace what became of USER=… to the rows of the delivered files
	@$(BIN)/mentor explain -- $(if $(findstring command,$(origin USER)),'$(USER)')

metrics: setup $(INSTALLED_DEV) ## Ask MetricFlow for metrics, ARGS="query --metrics rebooking_rate --group-by metric_time__month"
	@$(BIN)/mentor metrics $(ARGS)

query: setup ## Print what SQL="select …" finds in the published database, at most 1,000 rows
	@$(BIN)/mentor query -- "$$SQL"

database: setup ## Print where the published database is, its version, and how to open it
	@$(BIN)/mentor database

versions: setup ## List the kept versions with their data and rates; * marks the published one
	@$(BIN)/mentor versions

loads: setup ## List the loads of the build
	@$(BIN)/mentor loads

rollback: setup ## Publish an earlier version until the next run; VERSION=3, or the one of the same data before
	@$(BIN)/mentor rollback $(if $(VERSION),--version '$(VERSION)') $(SAMPLE_MEANT)

restore: setup ## Rebuild marts and reports from raw; FROM=deliveries rebuilds raw first
	@$(BIN)/mentor restore $(if $(FROM),--from '$(FROM)') $(SAMPLE_MEANT)

withdraw: setup ## Remove load LOAD=… of `make loads` (UNDO=yes reverts it), or a wrong data date, DATE=… TO=…
	@$(BIN)/mentor withdraw $(if $(LOAD),--load '$(LOAD)') $(if $(UNDO),--undo) \
		$(if $(DATE),--date '$(DATE)') $(if $(TO),--to '$(TO)') $(if $(YES),--yes) $(SAMPLE_MEANT)

audit: setup ## Compare the build with a full build of a copy; the scheduler does so weekly
	@$(BIN)/mentor audit

alert: setup ## Send a test alert to MENTOR_ALERT_URL
	@$(BIN)/mentor alert

docs: setup ## Document every table and column of the build in include/dbt/target/static_index.html
	@$(BIN)/mentor dbt docs generate --static --quiet
	@echo "Documented in $(MODELS_DIR)/target/static_index.html"

test: setup $(INSTALLED_DEV) ## Run the quick tests, ARGS="tests/dbt" or TIER=e2e, scheduler, stack, spark, chaos, slow, network
	$(BIN)/python -m pytest $(SELECTED) $(ARGS)

test-all: setup $(INSTALLED_DEV) ## Run the tests of all tiers, up to two hours
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m 'not ($(ALONE))' $(ARGS)
	$(BIN)/python -m pytest -m '$(ALONE)' $(ARGS)

checks: setup $(INSTALLED_DEV) ## Plant a violation for every check and write docs/checks.md
	@$(BIN)/python -m tests.checks

chaos: setup $(INSTALLED_DEV) ## Inject faults into hundreds of runs, hours long; ARGS="--kills 20" for fewer
	@$(BIN)/python -m tests.faults $(ARGS)

bench: setup $(INSTALLED_DEV) ## Time the pipeline against the usual routes, an hour; ARGS="--events 842" for less
	@$(BIN)/python -m benchmarks $(ARGS)

lint: setup $(INSTALLED_DEV) ## Check code, imports, types, SQL, YAML and retired words; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/sqlfluff lint $(LINTED_SQL)
	$(BIN)/yamllint --strict .
	@# 1 is git's exit code for no match: docs/naming.md has the words to use instead.
	git grep --untracked -nIPf .ci/retired-words -- ':!.ci/retired-words' ':!docs/naming.md'; test $$? -eq 1

fix: $(INSTALLED_DEV) ## Fix what the linters can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix $(LINTED_SQL)

lock: $(INSTALLED_DEV) ## Resolve the .in files into full locks; ARGS=--upgrade for newer versions
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header \
		--annotation-style line --override requirements-override.in \
		requirements.in --output-file requirements.txt $(ARGS)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header \
		--annotation-style line requirements-dev.in --output-file requirements-dev.txt $(ARGS)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header \
		--annotation-style line requirements-spark.in --output-file requirements-spark.txt $(ARGS)

clean: ## Remove what make can create again; warehouse/ and reports/ stay
	rm -rf $(VENV) $(VENV_SPARK) .airflow logs include/dbt/target include/dbt/logs examples/*/dbt/target examples/*/dbt/logs examples/*/.run .pytest_cache .hypothesis .ruff_cache .mypy_cache

$(INSTALLED): requirements.txt pyproject.toml
	@if [ -z "$(PYTHON)" ]; then echo "No Python from 3.11 to 3.13 with venv found. Install one, or name it:" \
		"make $(firstword $(MAKECMDGOALS)) PYTHON=/path/to/python3.12" >&2; exit 1; fi
	@$(call MADE_HERE,$(VENV)) || rm -rf $(VENV)
	@$(call TIMED,Creating $(VENV)) $(PYTHON) -m venv $(VENV)
	@$(call TIMED,Installing into $(VENV)$(COMMA) one to three minutes) \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -r requirements.txt -e .
	@# Airflow reads its home and the DAG folder before our code runs.
	@echo 'unset PYTHONPATH; eval "$$("$$VIRTUAL_ENV/bin/mentor" environment)"' >> $(BIN)/activate
	@pwd -P > $@

# Airflow's interpreter: Spark's workers and the driver must run the same Python version.
$(INSTALLED_SPARK): requirements-spark.txt $(INSTALLED)
	@$(call MADE_HERE,$(VENV_SPARK)) || rm -rf $(VENV_SPARK)
	@$(call TIMED,Creating $(VENV_SPARK)) $(BIN)/python -m venv $(VENV_SPARK)
	@$(call TIMED,Installing Spark into $(VENV_SPARK)$(COMMA) one to three minutes) \
		$(VENV_SPARK)/bin/python -m pip install -qq --disable-pip-version-check --no-deps -r requirements-spark.txt -e .
	@pwd -P > $@

$(INSTALLED_DEV): requirements-dev.txt $(INSTALLED)
	@$(call TIMED,Installing what tests and linters need) \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps -r requirements-dev.txt
	@touch $@

# A parse that fails half way leaves no manifest that is newer than the models.
.DELETE_ON_ERROR:
$(MANIFEST): $(INSTALLED) $(DBT_SOURCES)
	@$(call TIMED,Reading the dbt project) $(BIN)/mentor dbt parse --quiet
	@test -s $@ && touch $@
