"""Guards every stage of a run: it holds the warehouse lock, and its failures are explained."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from include.pipeline.core import build_state, lock
from include.pipeline.core.diagnostics import DatabaseDamaged, explained

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def guarded(
    function: Callable[Concatenate[str, Arguments], Result],
) -> Callable[Concatenate[str, Arguments], Result]:
    """Make a function, whose first argument is the run, hold the warehouse lock and explain its failures.

    Raises:
        UserFacingError: with what was found, what was expected, and what to do.
    """

    @wraps(function)
    def held(run_id: str, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            with explained():
                lock.acquire(run_id)
                return function(run_id, *args, **kwargs)
        except DatabaseDamaged:
            build_state.note_damage()
            raise

    return held
