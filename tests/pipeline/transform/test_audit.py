"""What the audit refuses before it builds anything; tests/dbt/test_build_copies.py has whole audits."""

import pytest

from include.pipeline.core import build_state, origin, trial, warehouse
from include.pipeline.core.errors import WarehouseInvalid
from include.pipeline.core.settings import settings
from include.pipeline.maintenance import build_copies
from include.pipeline.transform.audit import audit_build
from tests.support.deliveries import Bench, users

RUN = "an_audit"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("none", r"is missing\. Expected a build to audit; run `make run`"),
        ("new", r"cannot be audited: found that a delivery was accepted, and dbt .*`make audit`"),
        ("what-if", r"cannot be audited: found that it was built as a what-if"),
        ("changed", r"cannot be audited: found that the raw rows have changed since it was built"),
        ("damaged", r"cannot be audited: found that it is marked as damaged"),
        ("trial", r"that of a trial run\. Expected one to audit"),
    ],
)
def test_only_a_build_that_dbt_has_tested_is_audited(kind: str, words: str, bench: Bench) -> None:
    """Anything else differs from a full build by right."""
    if kind != "none":
        bench.deliver("users", users(1))
    if kind not in ("none", "new"):
        variables = {"window": 60} if kind == "what-if" else None
        with warehouse.connect(settings().build_path) as connection:
            build_state.store(connection, "a_run", "an-invocation", models=1, tests=1, variables=variables)
    if kind == "changed":
        with warehouse.connect(settings().build_path) as connection:
            connection.execute("update raw.loads set rows_loaded = rows_loaded + 1")
    if kind == "damaged":
        build_state.note_damage()
    if kind == "trial":
        trial.begin(origin.OWN)
    with pytest.raises(WarehouseInvalid, match=words):
        audit_build(RUN)
    assert not build_copies.folder(build_copies.AUDIT).exists()
