"""What a piece of code prints or loads, in a fresh interpreter."""

import json
import os
import subprocess
import sys
from typing import Any

from include.pipeline.core.settings import PROJECT_DIR


def printed_by(code: str) -> Any:
    """Return what the code prints last, as JSON, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT_DIR,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def loaded_by(code: str, packages: set[str]) -> list[str]:
    """Return which of the packages are loaded after `code` has run."""
    return printed_by(f"{code}\nimport json, sys; print(json.dumps(sorted({packages!r} & set(sys.modules))))")
