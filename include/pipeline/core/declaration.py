"""What a domain declares, once, for the pipeline to work on. `MENTOR_PIPELINE` names the declaration.

Code with heavy imports is named as `module:attribute` and loaded where it is used: the DAG is parsed every
few seconds, and must not wait for DuckDB, Great Expectations or charts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import yaml

from include.pipeline.core.source import Source

PROJECT_DIR = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class WhatIf:
    """A variable of dbt that the trigger form offers; any other value than dbt's own is a what-if.

    Attributes:
        variable: its name in `dbt_project.yml`; a whole number.
        name: as a sentence says it: "return window".
        unit: of its values: "days".
        description: what it means, for the form.
        choices: the values that the form offers, next to the one of `dbt_project.yml`.
    """

    variable: str
    name: str
    unit: str
    description: str
    choices: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """What a run writes at its end: a folder of files.

    Attributes:
        title: of its page.
        write: `write(run_id, *, of_trial) -> Path`, the folder it has written (`module:attribute`).
        files: media type of each file.
        results: the JSON file with the keys `run_id`, `origin`, `observation_end` and `trial`; it may have
            sentences under `warnings`, which the screen, the UI and an alert repeat.
        page: the file that people open.
        table: the CSV file that `make run` prints.
        summary: `summary(results) -> Mapping`, the figures that other DAGs read with the report's asset
            (`module:attribute`).
        rates: `rates(results) -> Mapping`, the percentage of each of `columns` that has one
            (`module:attribute`).
        columns: percentages that the list of reports shows.
    """

    title: str
    write: str
    files: Mapping[str, str]
    results: str
    page: str
    table: str
    summary: str | None = None
    rates: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pipeline:
    """One domain.

    Attributes:
        dag_id: of the DAG; names it in alerts, assets and pages too.
        owner: who answers questions about it.
        database: name of the database file that readers open, and of dbt's profile.
        sources: what is delivered, in the order in which it lands.
        report: what a run writes at its end.
        first_data_date: no delivery is of an earlier day; a run for one is a mistake, and refused.
        dbt: folder of the dbt project, relative to the project.
        sample: folder of the sample delivery, relative to the project, with its SHA256SUMS.
        expectations: `expectations() -> Mapping`, what each source's table must meet besides what every
            source must (`module:attribute`).
        functions: what the engine registers for SQL, each with the types of its arguments
            (`module:attribute`).
        what_ifs: variables of dbt that a run may set.
        on_publish: `on_publish(run_id)`, a context in which a version is published (`module:attribute`).
        figures: `figures(connection) -> Mapping`, what the manifest of each version keeps of its results, to
            compare versions with each other; `percentages` has those of the report's columns
            (`module:attribute`).
        changes: `changes(before, after) -> list[str]`, what changed in the domain from one database to the
            next, as phrases (`module:attribute`).
        explain: `explain(connection, key) -> Iterable[str]`, lines that trace what the published database has
            of one key to the delivered rows (`module:attribute`).
    """

    dag_id: str
    owner: str
    database: str
    sources: tuple[Source, ...]
    report: Report
    first_data_date: date = date(2020, 1, 1)
    dbt: str = "include/dbt"
    sample: str = "include/data"
    expectations: str | None = None
    functions: str | None = None
    what_ifs: tuple[WhatIf, ...] = field(default=())
    on_publish: str | None = None
    figures: str | None = None
    changes: str | None = None
    explain: str | None = None

    @property
    def audit_dag_id(self) -> str:
        """Name of the DAG that audits the build."""
        return f"{self.dag_id}_audit"

    @property
    def dbt_project(self) -> Path:
        """Folder of the dbt project."""
        return PROJECT_DIR / self.dbt

    @property
    def dbt_manifest(self) -> Path:
        """The manifest that `dbt parse` writes."""
        return self.dbt_project / "target" / "manifest.json"

    @property
    def sample_data(self) -> Path:
        """Folder of the sample delivery."""
        return PROJECT_DIR / self.sample

    @cached_property
    def variables(self) -> dict[str, Any]:
        """dbt's variables and their values in the standard result."""
        project = yaml.safe_load((self.dbt_project / "dbt_project.yml").read_text(encoding="utf-8"))
        return dict(project.get("vars") or {})

    @property
    def source_names(self) -> tuple[str, ...]:
        """Names of the sources, in the order in which they land."""
        return tuple(source.name for source in self.sources)

    def source(self, name: str) -> Source:
        """Return the source of this name.

        Raises:
            KeyError: there is none.
        """
        return {source.name: source for source in self.sources}[name]


def load(reference: str) -> Any:
    """Return what a `module:attribute` names."""
    return resolve_name(reference)
