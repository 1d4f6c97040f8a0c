"""What changed in the tiers of mentors, the most important first."""

from include.mentoring import tier_changes

BEFORE = {"K1": ("Silver", True), "K2": ("Gold", True), "K3": ("Bronze", True), "K4": ("Gold", True)}


def test_changed_tiers_come_first() -> None:
    """Then mentors who came or left, by id; a mentor of events alone is neither."""
    after = {
        "K1": ("Silver", True),
        "K2": ("Bronze", True),
        "K3": ("Bronze", False),
        "K5": ("Silver", True),
        "K0": ("Unknown", False),
    }
    assert tier_changes.describe(BEFORE, after) == [
        "K2: Gold to Bronze",
        "K3: left out of the sheet, keeps Bronze",
        "K4: left out of the sheet",
        "K5: new in the sheet, Silver",
    ]


def test_the_same_mentors_are_no_change() -> None:
    """Whatever their order."""
    assert tier_changes.describe(BEFORE, dict(reversed(BEFORE.items()))) == []
