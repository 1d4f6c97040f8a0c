"""A snapshot that changes no current row is named: the date of the one in force may be wrong."""

from datetime import date

from include.pipeline.ingest.state_in_force import later_than_landed
from tests.support.deliveries import MENTORS_HEADER, Bench, array, events

FIRST, SECOND, WRONG = date(2023, 8, 1), date(2023, 8, 2), date(2032, 8, 1)
SHEET, CHANGED = f"{MENTORS_HEADER}K1,Gold,10\n", f"{MENTORS_HEADER}K1,Silver,10\n"


def test_a_snapshot_older_than_the_state_in_force_is_named(bench: Bench) -> None:
    """With the load and the date in force, and the command that takes the date back."""
    bench.deliver("mentors", SHEET, on=FIRST)
    assert later_than_landed() == []
    bench.deliver("mentors", SHEET, on=WRONG)
    assert later_than_landed() == []
    bench.deliver("mentors", CHANGED, on=SECOND)
    (older,) = later_than_landed()
    assert older == (
        "mentor_tiers.csv of 2023-08-02 is older than the state in force, load 1 of 2032-08-01: it is"
        " history, and changes no current row; if 2032-08-01 is wrong, `make withdraw DATE=2032-08-01` takes"
        " it back"
    )


def test_events_add_up_in_any_order(bench: Bench) -> None:
    """They are no state."""
    bench.deliver("events", array(events(3)), on=WRONG)
    bench.deliver("events", array(events(4)), on=date(2031, 5, 2))
    assert later_than_landed() == []
