"""What every run imports, imported once: a run is then forked from a process that is ready to go.

Nothing here opens DuckDB or starts a thread of Python's: neither would survive the fork.
"""

import os
from pathlib import Path

import altair  # noqa: F401
import dbt.adapters.duckdb  # noqa: F401
import duckdb  # noqa: F401
import great_expectations  # noqa: F401
import scipy.stats  # noqa: F401
import vl_convert  # noqa: F401
from dbt.contracts.graph.manifest import Manifest

from include.mentoring.report import write  # noqa: F401
from include.pipeline.orchestration import stages  # noqa: F401

# The folder in which dbt parsed the project.
PARSED = "FAULTS_PARSED"


def _manifest() -> Manifest:
    manifest = Manifest.from_msgpack((Path(os.environ[PARSED]) / "partial_parse.msgpack").read_bytes())
    # Models read dbt's graph, which is not in the file.
    manifest.build_flat_graph()
    return manifest


MANIFEST = _manifest()
