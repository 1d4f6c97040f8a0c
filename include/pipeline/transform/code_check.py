"""Finds out whether dbt must build all rows again, as the code that built them has changed since.

The manifest of the project, which `dbt parse` wrote, is asked before dbt begins, and dbt's own when it has
ended: the first one may be stale, and is of engine duckdb.
"""

from collections.abc import Mapping
from typing import Any

from include.pipeline.core import built_code, warehouse
from include.pipeline.core.built_code import Code
from include.pipeline.core.settings import declared, settings
from include.pipeline.engines.chosen import engine
from include.pipeline.transform import artifacts, model_code

UNKNOWN = "it is not known which code built the rows that are there, as dbt built a part or did not end"


class CodeCheck:
    """The check of one command of dbt; make it before dbt begins.

    Once rows may be of another code than the recorded one, the record is gone until a whole build is recorded
    (core/build_state.py): a full refresh that fails leaves none, and the next build is one again.
    """

    def __init__(self) -> None:
        with warehouse.connect(settings().build_path, read_only=True) as connection:
            self._built_by = built_code.read(connection)

    def begin(self, variables: Mapping[str, Any] | None = None) -> str | None:
        """Return why dbt must build all rows again; None if it need not.

        Args:
            variables: of dbt, those that differ from the standard result.
        """
        manifest = artifacts.read(declared().dbt_manifest.parent, "manifest")
        if manifest is None or not engine().runs_dbt_here:
            return self._settle(None)
        return self._settle(artifacts.code_of(manifest, variables or {}))

    def end(self, code: Code | None, *, is_full_refresh: bool) -> str | None:
        """Return why dbt must run again and build all rows; None if it need not.

        Args:
            code: that dbt has run, well or not; None if it came to no model.
            is_full_refresh: dbt was to build all rows.
        """
        if self._built_by is None and code is not None:
            with warehouse.connect(settings().build_path) as connection:
                built_code.store(connection, code)
        reason = self._settle(code)
        return None if is_full_refresh else reason

    def forget(self) -> None:
        """Remove the record: dbt will build a part, and the rows of its models do not fit those of others."""
        if self._built_by:
            with warehouse.connect(settings().build_path) as connection:
                built_code.drop(connection)
            self._built_by = {}

    def _settle(self, code: Code | None) -> str | None:
        """Compare, and remove the record where there is a difference."""
        if self._built_by is None:
            return None
        if not self._built_by:
            return UNKNOWN
        if code is None or not (changed := model_code.difference(self._built_by, code)):
            return None
        with warehouse.connect(settings().build_path) as connection:
            built_code.drop(connection)
        return f"since the rows were built, the code of {changed} has changed"
