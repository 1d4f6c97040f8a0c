"""What must hold of this domain's delivery, besides what must hold of any source's table.

Imports Great Expectations: import it only where the gate runs.
"""

from include.mentoring.expectations.happenings import few_before_signup, sessions_end, up_to_date
from include.mentoring.expectations.orphans import few_orphans, few_orphans_of_mentors, known_parent
from include.mentoring.expectations.prices import price_above_zero, steady_price
from include.mentoring.sources import EVENTS, MENTORS, USERS
from include.pipeline.quality.expect.unexpected_rows import ExpectNoRows


def expectations() -> dict[str, list[ExpectNoRows]]:
    """Return the expectations on each source's table."""
    return {
        MENTORS.name: [price_above_zero(), steady_price()],
        EVENTS.name: [
            # Each type separately: if both are within the limit, so is the total.
            few_orphans("booking_requested"),
            few_orphans("booking_confirmed"),
            few_orphans_of_mentors(),
            known_parent("unknown_user", USERS),
            known_parent("unknown_mentor", MENTORS),
            sessions_end(),
            up_to_date(),
            few_before_signup(),
        ],
    }
