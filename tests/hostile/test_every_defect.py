"""No defect of the generator is left out of these tests."""

from include.simulator.defects import DEFECTS
from tests.hostile.catalogue import OF_FILES, OF_NOTHING, OF_ONE_ROW, OF_REPEATED_ROWS, OF_ROWS


def test_every_defect_has_an_outcome() -> None:
    """Each defect is one of rows, of repeated rows, of the file, or no fault at all."""
    named = {defect for kind in (OF_ROWS, OF_REPEATED_ROWS, OF_ONE_ROW, OF_FILES) for defect, *_ in kind}
    assert named.isdisjoint(OF_NOTHING)
    assert named | set(OF_NOTHING) == set(DEFECTS)
