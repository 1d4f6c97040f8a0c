"""Trial runs: an audit or a what-if works in a copy of the build, and changes nothing that is published.

The copy lies in `build/trial/<origin>/` and is the current build while the run lasts, and after one that
failed, so that its failing rows can be read. The next run, or the next command that writes, removes it.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from include.pipeline.core import origin
from include.pipeline.core.atomic_files import copy_file, remove
from include.pipeline.core.settings import declared, settings

AUDIT_ONLY = "audit_only"


def changed_variables(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables of dbt among `values` that differ from the standard result."""
    standard = declared().variables
    offered = [what_if.variable for what_if in declared().what_ifs]
    return {name: values[name] for name in offered if values[name] != standard[name]}


def is_asked(params: Mapping[str, Any]) -> bool:
    """Return whether a run with these parameters is a trial."""
    return bool(params[AUDIT_ONLY]) or bool(changed_variables(params))


def is_current() -> bool:
    """Return whether the current build is that of a trial."""
    return settings().build_path.parent.resolve().parent == _folder().resolve()


def begin(of: str) -> None:
    """Copy the build of this origin, if there is one, and make the copy the current build.

    A damaged one is copied as it is, with its mark: the trial repairs its copy, as a run repairs the build.
    """
    # Not at the top of the file: they load DuckDB, and the DAG is parsed every few seconds.
    from include.pipeline.core import build_state
    from include.pipeline.core.diagnostics import DatabaseDamaged, explained

    leave()
    copy = _folder() / of
    copy.mkdir(parents=True)
    # Its write-ahead log too: a killed run may have left its last rows there.
    build = settings().build_path.name
    for name in (build, f"{build}.wal", build_state.DAMAGED):
        original = settings().build_dir / of / name
        if original.exists():
            copy_file(original, copy / name)
    # A build that does not open has no state to revoke.
    with suppress(DatabaseDamaged), explained():
        build_state.revoke_in(copy / build, "a trial began")
    origin.switch_build(settings(), os.path.relpath(copy, settings().build_dir))


def leave() -> None:
    """Make the build of the origin the current one again, and remove the copy, if there is one."""
    if is_current():
        origin.switch_build(settings(), origin.of_build(settings()))
    remove(_folder())


def describe(variables: Mapping[str, Any]) -> str:
    """Return how a report describes its trial; `variables` are the dbt variables of the build."""
    changed = changed_variables(variables)
    what_ifs = [
        f"the {what_if.name} is {changed[what_if.variable]} {what_if.unit}"
        f" instead of {declared().variables[what_if.variable]}"
        for what_if in declared().what_ifs
        if what_if.variable in changed
    ]
    what = f"A what-if: {', '.join(what_ifs)}" if what_ifs else "An audit: built and checked"
    return f"{what}. Nothing was published; the standard result is in the latest report."


def _folder() -> Path:
    return settings().build_dir / "trial"
