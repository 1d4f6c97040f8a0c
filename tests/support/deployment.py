"""A deployment in a temporary folder, used as a person uses it: by its commands, in processes of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from include.pipeline.core.settings import PROJECT_DIR


@dataclass
class Deployment:
    """A warehouse, its reports and a landing folder, all below `folder`.

    Attributes:
        folder: holds everything the runs write, and `data`, the landing folder.
        project: the checkout whose code runs.
        environment: variables in addition to those of this process.
    """

    folder: Path
    project: Path = PROJECT_DIR
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return Path(self.environment.get("MENTOR_DATA_DIR", self.folder / "data"))

    @property
    def published(self) -> Path:
        return self.folder / "warehouse" / "mentoring.duckdb"

    @property
    def latest(self) -> Path:
        return self.folder / "reports" / "latest"

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run `python -m include.pipeline.cli` with the arguments and return how it ended."""
        # Other tests read the DAG from the project's artifacts at the same time; a run has its own anyway.
        artifacts = str(self.folder / "dbt")
        command = (sys.executable, "-m", "include.pipeline.cli", *arguments)
        return self.process(*command, MENTOR_DBT_TARGET_DIR=artifacts)

    def process(self, *command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a command in the deployment's environment; standard error follows standard output."""
        return subprocess.run(
            command,
            cwd=self.project,
            env={**os.environ, **self.variables(), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
        )

    def variables(self) -> dict[str, str]:
        """Return the variables that a process in the deployment needs in addition to those of this one."""
        return {
            "MENTOR_WAREHOUSE_DIR": str(self.folder / "warehouse"),
            "MENTOR_REPORT_DIR": str(self.folder / "reports"),
            "MENTOR_LOG_DIR": str(self.project / "logs"),
            "MENTOR_DATA_DIR": str(self.data),
            # A copy of the project comes before the one that the environment was made for.
            "PYTHONPATH": str(self.project),
            **self.environment,
        }

    def results(self) -> dict[str, Any]:
        """Return the latest `tier_report.json`."""
        return json.loads((self.latest / "tier_report.json").read_text(encoding="utf-8"))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the published database."""
        with duckdb.connect(self.published, read_only=True) as connection:
            return connection.execute(query).fetchall()

    def marts(self) -> dict[str, str]:
        """Return a hash of the ordered rows of every table in intermediate, marts and reports."""
        return {
            table: sha256(repr(self.rows(f"select * from {table} order by all")).encode()).hexdigest()
            for (table,) in self.rows(
                "select table_schema || '.' || table_name from information_schema.tables"
                " where table_schema in ('intermediate', 'marts', 'reports') order by all"
            )
        }

    def outputs(self) -> dict[str, str]:
        """Return the hashes of everything that readers open: the published file and the latest report."""
        return {str(path): sha256(path.read_bytes()).hexdigest() for path in self._outputs()}

    def _outputs(self) -> Iterator[Path]:
        yield self.published
        yield from sorted(self.latest.iterdir())
