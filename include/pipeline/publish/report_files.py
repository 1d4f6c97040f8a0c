"""Writes the report's files: one folder a run, and `latest` pointing at the newest.

Both are links, set once the folder they name is complete: a reader always finds the files of one run.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

from include.pipeline.core.atomic_files import link_in_place, put_in_place, remove, write_atomically
from include.pipeline.core.run_names import LATEST, file_name
from include.pipeline.core.settings import declared, settings

# The folders that the links point to.
CONTENTS = ".runs"


def write(run_id: str, texts: Mapping[str, str], *, of_trial: bool = False) -> Path:
    """Write the files of a run's report.

    Args:
        run_id: of the run; names the folder.
        texts: of the files, by name.
        of_trial: leave `latest` as it is.

    Returns:
        The run's folder; `latest` points at it from then on, unless it is a trial's.
    """
    report_dir = settings().report_dir
    folder = report_dir / file_name(run_id)
    contents = report_dir / CONTENTS
    contents.mkdir(parents=True, exist_ok=True)
    content = Path(mkdtemp(prefix=f"{folder.name}.", suffix=".next", dir=contents))
    # mkdtemp lets only its owner in; a report is for everyone. Not every file system has permissions.
    with suppress(PermissionError):
        content.chmod(0o755)
    for name, text in texts.items():
        write_atomically(content / name, text)
    finished = content.with_suffix("")
    put_in_place(content, finished)
    link_in_place(f"{CONTENTS}/{finished.name}", folder)
    if not of_trial:
        link_in_place(folder.name, report_dir / LATEST)
    _remove_earlier(folder, finished)
    return folder


def warnings() -> list[str]:
    """Return what the latest report warns of, as sentences; none where there is no report to read."""
    path = settings().report_dir / LATEST / declared().report.results
    try:
        return list(json.loads(path.read_text(encoding="utf-8")).get("warnings", ()))
    except (OSError, ValueError, AttributeError, TypeError):
        return []


def _remove_earlier(folder: Path, finished: Path) -> None:
    """Remove what an earlier attempt of the same run wrote."""
    for content in finished.parent.iterdir():
        if content != finished and content.name.rpartition(".")[0] == folder.name:
            remove(content)
