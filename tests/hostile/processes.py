"""Landing in a process of its own, for files that may break it: its memory is its own, too."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from include.pipeline.core.settings import PROJECT_DIR

SCRIPT = """
import json, sys
from pathlib import Path
from include.pipeline.core.errors import FileRefused
from tests.support.deliveries import Bench

source, path = sys.argv[1], Path(sys.argv[2])
bench = Bench(path.parent)
found = {"refusal": None}
try:
    bench.land_file(source, path)
except FileRefused as refusal:
    found["refusal"] = str(refusal)
found["loaded"] = [row[0] for row in bench.loaded(source)]
found["rejected"] = [row[:2] for row in bench.rejected()]
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
found["peak_mb"] = int(status["VmHWM"].split()[0]) / 1024
# Not to the standard output, where DuckDB shows how far it has come.
path.with_name("found.json").write_text(json.dumps(found))
"""


def land(source: str, path: Path, **environment: str) -> dict[str, Any]:
    """Land one file in a new warehouse next to it.

    Returns:
        `refusal` (the message or None), `loaded` (row numbers), `rejected` (row numbers and reasons), and
        `peak_mb`, the most memory that the process had.
    """
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, source, str(path)],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            "PYTHONPATH": str(PROJECT_DIR),
            "MENTOR_WAREHOUSE_DIR": str(path.parent / "warehouse"),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(path.with_name("found.json").read_text(encoding="utf-8"))
