"""The tiers: every one of pyproject.toml can be named, is left out of `make test`, and has a short form."""

import re
import tomllib

import pytest

from include.pipeline.core.settings import PROJECT_DIR
from tests.support.command import typed

MARKERS = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"][
    "ini_options"
]["markers"]
# They cut across the tiers.
OTHERS = {"smoke", "real"}
TIERS = {marker.partition(":")[0] for marker in MARKERS} - OTHERS
MAKEFILE = (PROJECT_DIR / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("tier", sorted(TIERS))
def test_a_tier_is_left_out_of_the_quick_tests_and_can_be_named(tier: str) -> None:
    """`make help` names it; `.ci/run` takes its short form, but for whole runs, which `make test` has."""
    (quick,) = re.findall(r"^QUICK := not \((.*?)\)", MAKEFILE, re.MULTILINE)
    (help_of_test,) = re.findall(r"^test: .*## (.*)$", MAKEFILE, re.MULTILINE)
    assert tier in quick.split(" or ")
    assert tier in re.findall(r"\w+", help_of_test)
    assert tier in (PROJECT_DIR / ".ci" / "run").read_text(encoding="utf-8")


def test_no_other_word_is_left_out() -> None:
    """A tier that is gone leaves nothing in the Makefile."""
    (quick,) = re.findall(r"^QUICK := not \((.*?)\)", MAKEFILE, re.MULTILINE)
    assert set(quick.split(" or ")) == TIERS


@pytest.mark.parametrize(
    ("nodeid", "shown"),
    [
        ("tests/test_run.py::test_it", "tests/test_run.py::test_it"),
        ("tests/test_run.py::test_it[a b]", "'tests/test_run.py::test_it[a b]'"),
        ('tests/test_run.py::test_it["$HOME"]', "tests/test_run.py::test_it"),
    ],
)
def test_a_failed_test_is_shown_as_it_is_typed(nodeid: str, shown: str) -> None:
    """Between the double quotes of ARGS; what make or the shell would change is left out."""
    assert typed(nodeid) == shown
