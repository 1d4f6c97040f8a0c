"""What a person who triggers a run may ask of it: the fields of the trigger form."""

from collections.abc import Iterable
from typing import Any

from airflow.sdk import Param

from include.pipeline.core.data_dates import DATA_DATE, FUTURE_DATE
from include.pipeline.core.declaration import WhatIf
from include.pipeline.core.errors import UserFacingError
from include.pipeline.core.settings import declared
from include.pipeline.core.trial import AUDIT_ONLY

FULL_REFRESH = "full_refresh"

# Airflow checks each schema against its metaschema whenever it reads a value, several times a task. That of
# draft 7 takes a third of the time of the one that it uses by default.
DRAFT: dict[str, Any] = {"$schema": "http://json-schema.org/draft-07/schema#"}


class ParameterUnknown(UserFacingError, ValueError):
    """A run was asked for what it does not know; a ValueError, for which Airflow's API answers 400."""


def require_known(asked: Iterable[str], known: Iterable[str]) -> None:
    """Return if a run has all parameters that it is asked for.

    Args:
        asked: the keys of its `conf`.
        known: the parameters of its DAG.

    Raises:
        ParameterUnknown: one is unknown; Airflow would ignore it, and give the standard run.
    """
    if unknown := sorted(set(asked) - set(known)):
        raise ParameterUnknown(
            f"The run is refused: found {', '.join(unknown)} in conf. Expected only"
            f" {', '.join(known) or 'an empty one'}; correct it and trigger again. Nothing was read."
        )


def params() -> dict[str, Param]:
    """Return the parameters of a run; their defaults give the standard run."""
    return {
        DATA_DATE: Param(
            None,
            type=["null", "string"],
            format="date",
            title="Data date",
            description="The day, UTC, of the delivery to read; empty: that of the logical date, or today.",
            **DRAFT,
        ),
        FUTURE_DATE: Param(
            False,
            type="boolean",
            title="Future date",
            description="The data date is after today on purpose. Without this it is refused, unless the"
            " delivery's own times go on after today, to near that date.",
            **DRAFT,
        ),
        FULL_REFRESH: Param(
            False,
            type="boolean",
            title="Full refresh",
            description="Build every model from all rows, not only from new ones. Slower, with the same"
            " result; a run does so itself after a change of an incremental model.",
            **DRAFT,
        ),
        AUDIT_ONLY: Param(
            False,
            type="boolean",
            title="Audit only",
            description="Build and check on a copy and publish nothing: what would this delivery do?",
            **DRAFT,
        ),
        **{what_if.variable: _param(what_if) for what_if in declared().what_ifs},
    }


def _param(what_if: WhatIf) -> Param:
    standard = declared().variables[what_if.variable]
    return Param(
        standard,
        type="integer",
        # Of a number out of bounds or an empty field, the form would send the nearest bound without a word.
        enum=sorted({standard, *what_if.choices}),
        title=f"{what_if.name.capitalize()} in {what_if.unit}",
        description=f"{what_if.description} Any other value than {standard} is a what-if: its report has a"
        " folder of its own, and nothing is published.",
        **DRAFT,
    )
