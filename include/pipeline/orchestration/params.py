"""What whoever triggers a run may ask of it: the fields of the trigger form."""

from airflow.sdk import Param

from include.pipeline.core.trial import AUDIT_ONLY, WINDOW, standard_window_days

FULL_REFRESH = "full_refresh"
LONGEST_WINDOW_DAYS = 365


def params() -> dict[str, Param]:
    """Return the parameters of a run; their defaults give the standard run."""
    standard = standard_window_days()
    return {
        FULL_REFRESH: Param(
            False,
            type="boolean",
            title="Full refresh",
            description="Build every model from all events, not only the pairs with new ones. Slower, and the"
            " result is the same; needed once after a change of an incremental model.",
        ),
        AUDIT_ONLY: Param(
            False,
            type="boolean",
            title="Audit only",
            description="Build and check on a copy and publish nothing: what would this delivery do?",
        ),
        WINDOW: Param(
            standard,
            type="integer",
            minimum=1,
            maximum=LONGEST_WINDOW_DAYS,
            title="Rebooking window in days",
            description="How soon after the first session another one counts as a rebooking. Any other value"
            f" than {standard} is a what-if: its report has a folder of its own, and nothing is published.",
        ),
    }
