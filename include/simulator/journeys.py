"""What users do, as tables: how many follow each journey, and how they are split among the mentors.

A journey is a string with one letter per booking, in their order, all with one mentor:

- `S` confirmed and attended
- `O` confirmed and attended, but the booking tool recorded no end
- `X` cancelled; the booking after it, if any, is requested in the second of the cancellation
- `P` still pending when the events were exported

The numbers give the figures of the contract with any seed.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Journey:
    """How many users make these bookings; `churned`, `recent` and `orphans` are among `users`."""

    bookings: str
    users: int
    churned: int = 0
    recent: int = 0
    """Users whose window is still open, because their first session is recent."""
    orphans: int = 0
    """Users whose id is not in the backend's export."""

    @property
    def sessions(self) -> int:
        """How many sessions one user of this journey has."""
        return self.bookings.count("S") + self.bookings.count("O")


@dataclass(frozen=True)
class Mentor:
    """A mentor, how many users have a first session with them, and how many of those come back."""

    mentor_id: str
    tier: str
    users: int
    returning: int
    double_booked: bool = False
    """Whether sessions of two users overlap."""


JOURNEYS = {
    "Gold": (
        Journey("S", users=14, churned=2, recent=1),
        Journey("O", users=2),
        Journey("SS", users=6, churned=1, recent=2),
        Journey("SO", users=1),
        Journey("OS", users=1),
        Journey("SXS", users=1),
        Journey("SSS", users=9, churned=2),
        Journey("SSO", users=1),
        Journey("SSXS", users=1),
        Journey("XSSS", users=2),
        Journey("SSSS", users=1),
        Journey("SOSS", users=1),
        Journey("SSSSS", users=1),
        Journey("SSXSSS", users=1),
        Journey("X", users=2),
        Journey("P", users=1),
    ),
    "Silver": (
        Journey("S", users=27, churned=3, recent=2),
        Journey("XS", users=4, churned=1),
        Journey("XO", users=1),
        Journey("SX", users=3),
        Journey("SS", users=19, churned=1, recent=1),
        Journey("SO", users=2),
        Journey("OS", users=1),
        Journey("X", users=3, churned=1),
    ),
    "Bronze": (
        Journey("S", users=30, churned=3, recent=4),
        Journey("O", users=3),
        Journey("X", users=3, churned=2, orphans=1),
    ),
}

MENTORS = (
    Mentor("S-1", "Silver", users=13, returning=6, double_booked=True),
    Mentor("S-2", "Gold", users=9, returning=6, double_booked=True),
    Mentor("S-3", "Bronze", users=10, returning=0, double_booked=True),
    Mentor("S-4", "Silver", users=5, returning=0),
    Mentor("S-5", "Silver", users=8, returning=4, double_booked=True),
    Mentor("S-6", "Gold", users=7, returning=5, double_booked=True),
    Mentor("S-7", "Gold", users=10, returning=6, double_booked=True),
    Mentor("S-8", "Silver", users=6, returning=2),
    Mentor("S-9", "Bronze", users=10, returning=0),
    Mentor("S-10", "Silver", users=9, returning=4, double_booked=True),
    Mentor("S-11", "Gold", users=9, returning=6),
    Mentor("S-12", "Silver", users=7, returning=3),
    Mentor("S-13", "Bronze", users=13, returning=0),
    Mentor("S-14", "Silver", users=9, returning=3),
    Mentor("S-15", "Gold", users=7, returning=3),
)

HOURLY_RATES = {"Gold": 200, "Silver": 100, "Bronze": 50}

MINUTES_TO_CONFIRM = {"Gold": 36, "Silver": 30, "Bronze": 34}
"""The median, per tier."""

DORMANT_USERS = 10
"""Active users without any event."""
DUPLICATE_USER_ROWS = 5
