"""A rejected cell is shown with its place and what it must be; one slip in a known row stops no night."""

import pytest

from include.pipeline.core.errors import FileRefused
from tests.support.deliveries import MENTORS_HEADER, Bench, array, event, events, lines, user, users

SHEET = MENTORS_HEADER + "".join(f"K-{number},Silver,100\n" for number in range(1, 16))
NO_TIER = "is none of Gold, Silver, Bronze"
NO_PRICE = "is no number from 0 to 100000 such as 100 or 99.50, without currency or thousands separators"

SLIPS = {
    "silver,100": f'tier "silver" {NO_TIER}',
    "Sil\u200bver,100": f'tier "Sil\\u200bver" {NO_TIER}',
    "#REF!,#N/A": f'hourly_rate "#N/A" {NO_PRICE}',
    "Silver,$100": f'hourly_rate "$100" {NO_PRICE}',
    'Silver,"1,000"': f'hourly_rate "1,000" {NO_PRICE}',
    "Silver,-5": f'hourly_rate "-5" {NO_PRICE}',
    "Silver,4915112345678": f'hourly_rate "4915112345678" {NO_PRICE}',
    "Silver,": "hourly_rate is empty; expected a value",
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_small_sheet(slip: str, bench: Bench) -> None:
    """It refuses a sheet with nothing to go on with; a mentor known from before keeps the last row."""
    spoiled = SHEET.replace("K-6,Silver,100", f"K-6,{slip}")
    with pytest.raises(FileRefused) as refusal:
        bench.land("mentors", spoiled)
    assert f"). Row 6 (line 7): {SLIPS[slip]}. Expected at most 5 %" in str(refusal.value)
    bench.deliver("mentors", SHEET)
    landed = bench.land("mentors", spoiled)
    assert (landed.rows_loaded, landed.rows_rejected) == (14, 1)
    assert str(landed).endswith(
        f"1 rejected; row 6 (line 7): {SLIPS[slip]}; mentor_id K-6 keeps its last accepted row"
    )
    with pytest.raises(FileRefused, match="Row 6"):
        bench.land("mentors", spoiled.replace("K-6", "K-16"))


@pytest.mark.parametrize(
    "row", ["K-6,silver,100\nK-7,silver,100\n", "K-6,Gold,100\nK-6,Silver,100\n", "K-6,Silver\n"]
)
def test_more_than_a_slip_refuses_the_sheet(row: str, bench: Bench) -> None:
    """Two of them, two rows of one mentor that differ, and a row that cannot be read."""
    bench.deliver("mentors", SHEET)
    with pytest.raises(FileRefused, match="too many invalid rows"):
        bench.land("mentors", SHEET.replace("K-6,Silver,100\n", row).replace("K-7,Silver,100\n", "", 1))


def test_no_slip_passes_where_none_is_allowed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """MENTOR_MAX_REJECTED_PCT=0 is strict. Users whom an export lacks are gone, so theirs never pass."""
    bench.deliver("users", users(15))
    with pytest.raises(FileRefused, match=r'Row 15 \(line 16\): status "gone" is none of active, churned'):
        bench.land("users", users(14) + user(15, "gone"))
    bench.deliver("mentors", SHEET)
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "0")
    with pytest.raises(FileRefused):
        bench.land("mentors", SHEET.replace("K-6,Silver", "K-6,silver"))


def test_lines_are_those_of_the_file(bench: Bench) -> None:
    """Counted with blank lines, empty rows and line breaks in quotes; records of an array have no line."""
    odd = user(3, "gone")
    text = (
        users(0).replace("\n", "\n\n")
        + user('"1\n1"')
        + ",,,\n\n"
        + user(2)
        + odd
        + users(60).partition("\n")[2]
    )
    assert bench.land("users", text).rejections[0] == (
        'row 3 (line 8): status "gone" is none of active, churned'
    )
    wrong = event("x", event_type="paused")
    said = 'event_type "paused" is none of booking_requested, booking_confirmed, booking_cancelled,'
    assert (
        bench.land("events", "\n" + lines([*events(30), wrong]))
        .rejections[0]
        .startswith(f"row 31 (line 32): {said}")
    )
    assert bench.land("events", array([*events(30), wrong])).rejections[0].startswith(f"row 31: {said}")


@pytest.mark.parametrize("cell", ["$100", "100 EUR", "free"])
def test_a_wrong_last_cell_is_no_truncated_file(cell: str, bench: Bench) -> None:
    """Without a line end, too: nothing that was longer begins so."""
    with pytest.raises(FileRefused, match=r"Row 15 \(line 16\): hourly_rate"):
        bench.land("mentors", SHEET.rstrip("\n").removesuffix("100") + cell)
