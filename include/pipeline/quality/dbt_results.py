"""The results of dbt, kept as one JSON file a run, as the gate's verdicts are."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from include.pipeline.core.atomic_files import write_atomically
from include.pipeline.core.run_names import file_name
from include.pipeline.core.settings import settings

# Outcomes of a node.
PASSED = "passed"
WARNED = "warned"
FAILED = "failed"
NOT_RUN = "not run"

TEST = "test"
# About 50 kB each.
MAX_RUNS = 100


@dataclass(frozen=True)
class NodeResult:
    """The outcome of a model, seed, snapshot or data test.

    Attributes:
        node: its unique id in dbt.
        kind: `model`, `seed`, `snapshot` or `test`.
        name: as a person reads it.
        subject: `schema.name` of the table that it makes, or of those that it tests.
        severity: of a test, in the words of the gate; None of a model.
        owner: of its group in dbt; None where it has none.
        outcome: passed, warned, failed, or not run.
        seconds: that dbt took.
        rows: of the table that it made; None where they are not known.
        failed_rows: that break a test; None where it did not count them.
        message: why it failed or warned, with a few failing rows; "" where it passed.
    """

    node: str
    kind: str
    name: str
    subject: str
    severity: str | None
    owner: str | None
    outcome: str
    seconds: float
    rows: int | None
    failed_rows: int | None
    message: str


@dataclass(frozen=True)
class DbtResults:
    """What dbt found in one run.

    Attributes:
        run_id: of the run, or command.
        invocation_id: of dbt.
        is_trial: whether it was of a trial run.
        nodes: in the order in which they ended.
    """

    run_id: str
    invocation_id: str
    is_trial: bool
    nodes: tuple[NodeResult, ...]

    @property
    def tests(self) -> list[NodeResult]:
        """The data tests."""
        return [node for node in self.nodes if node.kind == TEST]

    @property
    def models(self) -> list[NodeResult]:
        """The models, seeds and snapshots."""
        return [node for node in self.nodes if node.kind != TEST]


def folder() -> Path:
    """Return the folder of the results."""
    return settings().quality_dir / "dbt"


def write(results: DbtResults) -> None:
    """Keep the results, in place of earlier ones of the same run, and remove the oldest beyond `MAX_RUNS`."""
    write_atomically(folder() / f"{file_name(results.run_id)}.json", json.dumps(asdict(results)))
    newest_first = sorted(folder().glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[MAX_RUNS:]:
        path.unlink()


def read(path: Path) -> DbtResults:
    """Return the results in a file.

    Raises:
        OSError: the file cannot be read.
        ValueError, LookupError, TypeError: it holds no results.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    return DbtResults(**{**document, "nodes": tuple(NodeResult(**node) for node in document["nodes"])})
