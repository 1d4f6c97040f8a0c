"""Blanks around ids and enumerated values are no part of them; they are counted and reported."""

from collections.abc import Callable
from typing import Any

import pytest

from include.pipeline.ingest import ledger
from tests.support.deliveries import (
    MENTORS_HEADER,
    USERS_HEADER,
    Bench,
    array,
    event,
    events,
    lines,
    user,
    users,
)

BLANKS = {
    "space": " ",
    "tab": "\t",
    "no-break space": "\u00a0",
    "narrow no-break space": "\u202f",
    "ideographic space": "\u3000",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "mark of direction": "\u200e",
    "several": " \u00a0\u200b",
}


@pytest.mark.parametrize("name", BLANKS)
def test_blanks_around_ids_and_tiers_are_ignored(name: str, bench: Bench) -> None:
    """However they are spelled: raw has the id that every join compares; the ledger and the screen count."""
    blank = BLANKS[name]
    rows = f"K1{blank},{blank}Gold,100\n{blank}K2,Silver{blank},50\nK3,Bronze,20\n"
    landed = bench.land("mentors", MENTORS_HEADER + rows)
    assert bench.loaded("mentors") == [
        (1, "K1", "Gold", "100"),
        (2, "K2", "Silver", "50"),
        (3, "K3", "Bronze", "20"),
    ]
    assert str(landed) == (
        "mentor_tiers.csv: 3 rows, 3 loaded, 0 duplicate, 0 rejected,"
        " 4 values trimmed of blanks in mentor_id, tier"
    )
    for form in (array, lines):
        odd = event("e2", user_id=f"{blank}72", mentor_id=f"K2{blank}", event_type=f"session_ended{blank}")
        bench.land("events", form([event("e1"), odd, event("e3")]))
        assert [row[2:] for row in bench.loaded("events")][1] == (
            "72",
            "K2",
            "2031-04-01T10:00:00Z",
            "session_ended",
        )
    ledger.accept()
    assert bench.build("select values_trimmed from raw.loads") == [(3,)]


@pytest.mark.parametrize("form", [array, lines])
def test_an_id_with_a_blank_is_the_one_without(form: Callable[[list[Any]], str], bench: Bench) -> None:
    """Across deliveries too: the event is known, and of a conflict both values are shown."""
    bench.deliver("events", array(events(30)))
    again = [event("e1\u00a0"), event(" e2", mentor_id="K1 "), event("e3", mentor_id="K2 "), event("e31")]
    landed = bench.land("events", form([*events(30), *again]))
    assert (landed.rows_loaded, landed.rows_duplicate, landed.rows_rejected) == (1, 32, 1)
    assert landed.rejections == (
        'row 33: mentor_id "K2" after "K1"'.replace(
            "row 33", "row 33" if form is array else "row 33 (line 33)"
        ),
    )


def test_blanks_inside_stay(bench: Bench) -> None:
    """Only what surrounds a text is no part of it, and what is no blank stays anywhere."""
    texts = ["7 1", "7\u00a01", "7\u200b1", "-", "\u202eabc"]
    bench.land("users", users(3) + "".join(user(text) for text in texts))
    assert [row[1] for row in bench.loaded("users")[3:]] == texts


def test_moments_dates_and_prices_are_kept_as_delivered(bench: Bench) -> None:
    """They are read by their meaning, and no blank of theirs is dropped or counted."""
    landed = bench.land("mentors", f"{MENTORS_HEADER}K1,Gold, 100 \n")
    assert bench.loaded("mentors") == [(1, "K1", "Gold", " 100 ")]
    assert landed.values_trimmed == 0


@pytest.mark.parametrize(
    "word",
    ["NaN", "nan", "null", "NULL", "None", "N/A", "#N/A", "#REF!", "undefined", "\\N", "<NA>", " null "],
)
def test_what_programs_write_for_no_id_is_missing(word: str, bench: Bench) -> None:
    """A join would find all such rows to be of one user."""
    landed = bench.land("users", users(30) + f"{word},C-1,2031-01-05,active\n")
    assert [reason for _, reason, _ in bench.rejected()] == ["missing_value"]
    assert landed.rejections == (f'row 31 (line 32): user_id is "{word.strip()}"; expected a value',)
    bench.land("events", array([*events(30), event("e31", mentor_id=word)]))
    assert [reason for _, reason, _ in bench.rejected()] == ["missing_value"]


def test_a_bare_nan_is_missing(bench: Bench) -> None:
    """Python writes it into JSON, which has no such value."""
    text = array([*events(30), event("e31", user_id=float("nan"))])
    assert "NaN" in text
    bench.land("events", text)
    assert [reason for _, reason, _ in bench.rejected()] == ["missing_value"]


@pytest.mark.parametrize("row", [",,,", " , ,\u00a0,", "\t,,,", ",", "\u200b,,,"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_empty_rows_are_no_rows(row: str, line_end: str, bench: Bench) -> None:
    """A sheet is exported with the rows below it, and rows between blocks; none of them is rejected."""
    rows = [row, USERS_HEADER.strip(), user(1).strip(), row, user(2).strip(), *[row] * 50]
    landed = bench.land("users", line_end.join(rows) + line_end)
    assert (landed.rows_in_file, landed.rows_loaded) == (2, 2)
    assert [row[:2] for row in bench.loaded("users")] == [(1, "1"), (2, "2")]
