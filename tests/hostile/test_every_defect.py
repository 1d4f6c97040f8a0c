"""No defect of the generator is left out of these tests."""

from include.simulator.defects import DEFECTS
from tests.hostile.catalogue import (
    DUPLICATE_ROW_DEFECTS,
    FILE_DEFECTS,
    GATE_DEFECTS,
    HARMLESS_DEFECTS,
    ROW_DEFECTS,
    TABLE_ROW_DEFECTS,
)


def test_every_defect_has_an_outcome() -> None:
    """Each defect is of rows, repeated rows, a file or a delivery as a whole, or no fault at all."""
    named = {
        defect
        for kind in (ROW_DEFECTS, DUPLICATE_ROW_DEFECTS, TABLE_ROW_DEFECTS, FILE_DEFECTS, GATE_DEFECTS)
        for defect, *_ in kind
    }
    assert named.isdisjoint(HARMLESS_DEFECTS)
    assert named | set(HARMLESS_DEFECTS) == set(DEFECTS)
