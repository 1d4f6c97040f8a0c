"""What a piece of code loads, seen from a fresh interpreter."""

import json
import os
import subprocess
import sys

from include.mentoring.settings import PROJECT_DIR


def loaded_by(code: str, packages: set[str]) -> list[str]:
    """Return which of the packages are loaded after `code` has run in a process of its own."""
    report = f"import json, sys; print(json.dumps(sorted({packages!r} & set(sys.modules))))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        cwd=PROJECT_DIR,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
