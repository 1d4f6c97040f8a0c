"""The command that runs one test."""

import shlex

# Characters that make or the shell would change between double quotes.
UNTYPABLE = {*"\\\"'`$"}


def typed(nodeid: str) -> str:
    """Return a test's id as typed in ARGS="…"; without its parameters where they cannot be typed."""
    return nodeid.partition("[")[0] if set(nodeid) & UNTYPABLE else shlex.quote(nodeid)
