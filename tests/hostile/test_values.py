"""Values that somebody means ill with, or nobody meant: text in, text out, or a row that is rejected."""

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from include.pipeline.core.errors import FileRefused
from tests.support.deliveries import MENTORS_HEADER, USERS_HEADER, Bench, array, event, events, lines, user

Form = Callable[[list[Any]], str]
BOTH_FORMS = pytest.mark.parametrize("form", [array, lines])

# What must come out of raw as it went in.
TEXTS = (
    "'; drop table raw.users; --",
    "\"; attach '/etc/passwd' as x; --",
    "') from read_csv('/etc/passwd'); --",
    "{{ env_var('HOME') }}",
    "{% raw %}",
    "${HOME} $1 $name ? :name %s %(name)s {0} {batch}",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1:A9)",
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "![x](https://stranger.example/x.png)",
    "a\\b\\\\c\\n",
    'say ""it""',
    "\ue000null\ue000",
    "\u202eabc",
    "7\u200b1",
    "\uff17\uff11",
    "\U0001f469\u200d\U0001f680",
    "e\u0301",
    "\u0627\u0644",
    "\x01\x1b[2J",
    "x\x01\x02\x03\x04y",
    "a\u2028b\x85c\x0bd",
    "\uffff\U0010ffff",
    '{"a": 1}',
    "[1]",
    "1e400",
    "9" * 5_000,
    "K" * (1 << 20),
)


def table(header: str, *rest: str) -> str:
    """Return a table with a row for each of the texts, as the first value and between the others."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([header.strip().split(","), *([text, *rest] for text in TEXTS)])
    return text.getvalue()


@BOTH_FORMS
def test_texts_stay_as_they_are(form: Form, bench: Bench) -> None:
    """No value is code, a pattern or a null to any stage: raw has it as it was delivered."""
    bench.deliver("users", table(USERS_HEADER, "C", "2031-01-05", "active"))
    bench.deliver("mentors", table(MENTORS_HEADER, "Gold", "1"))
    records = [event(text, user_id=text, mentor_id=text, note=text) for text in TEXTS]
    bench.deliver("events", form(records))
    assert bench.build("select user_id from raw.users order by _row_number") == [(text,) for text in TEXTS]
    assert bench.build("select mentor_id from raw.mentors order by _row_number") == [
        (text,) for text in TEXTS
    ]
    assert bench.build("select event_id, user_id, mentor_id from raw.events order by _row_number") == [
        (text, text, text) for text in TEXTS
    ]
    assert bench.build("select count(*) from raw.rejected_rows") == [(0,)]


@BOTH_FORMS
def test_rejected_texts_stay_as_they_are(
    form: Form, bench: Bench, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """What is kept of a rejected row is the row, whatever stands in it."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "100")
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit(max(map(len, TEXTS)))))
    records = [event(text, event_type=text) for text in TEXTS]
    bench.deliver("events", form(records))
    bench.deliver("users", table(USERS_HEADER, "C", "2031-01-05", "=active"))
    kept = bench.build("select row_text from raw.rejected_rows order by load_id, row_number")
    assert [json.loads(text) for (text,) in kept[: len(TEXTS)]] == records
    rows = [next(csv.reader(io.StringIO(text, newline=""))) for (text,) in kept[len(TEXTS) :]]
    assert [row[0] for row in rows] == list(TEXTS)


def records_with(form: Form, values: list[str]) -> str:
    """Return 100 good records, and one for each of the values, JSON or not, as its user id."""
    text = form([*events(100), *(event(f"x{place}", user_id=f"<{place}>") for place in range(len(values)))])
    for place, value in enumerate(values):
        text = text.replace(f'"<{place}>"', value)
    return text


@BOTH_FORMS
def test_numbers_of_any_size_are_ids(form: Form, bench: Bench) -> None:
    """An id that is a number is its digits: none is rounded, and none too large."""
    numbers = ["1e400", "-1", "1" + "0" * 5_000, "0.1", "true", str(2**64 + 1)]
    bench.land("events", records_with(form, numbers))
    assert [row[2] for row in bench.loaded("events")[100:]] == numbers


@BOTH_FORMS
def test_what_is_no_value_is_rejected(form: Form, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list, an object, two values, or nothing one could see: none of them is an id."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "15")
    malformed = ["{}", '{"id": 71}', "[]", "[71]", '72, "user_id": 73', '"\\u0000"']
    missing = ["null", '""', '"\\u200b\\ufeff\\u00ad"', '"null"', '"None"', '"nan"']
    bench.land("events", records_with(form, malformed + missing))
    assert len(bench.loaded("events")) == 100
    assert [reason for _, reason, _ in bench.rejected()] == [
        *["malformed_record"] * len(malformed),
        *["missing_value"] * len(missing),
    ]
    # Each by itself, for the reader looks closer where another one is odd.
    for value in malformed:
        bench.land("events", records_with(form, [value]))
        assert [number for number, *_ in bench.rejected()] == [101], value


@pytest.mark.parametrize(
    "value", ["01", "+1", ".5", "0x10", "'a'", "71,", "71 /* x */", '"\\ud800"', '"\\x41"', '"a\x01"']
)
def test_what_is_no_json_spoils_its_line_or_its_array(value: str, bench: Bench) -> None:
    """Other languages' spellings, half characters and raw control codes are no JSON."""
    record = lines([event("odd", user_id="<value>")]).replace('"<value>"', value)
    bench.land("events", lines(events(40)) + record)
    assert bench.rejected() == [(41, "malformed_record", record.strip())]
    with pytest.raises(FileRefused, match=r"cannot be parsed to its end: Malformed JSON, at byte"):
        bench.land("events", f"[{lines([event('e1')])},{record}]")


def test_other_digits_are_no_digits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dates, times and prices are written in ASCII; what only looks like it is rejected."""
    monkeypatch.setenv("MENTOR_MAX_REJECTED_PCT", "100")
    wide = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))
    dates = ["2031-01-05".translate(wide), "\u200b2031-01-05", "2031\u201101\u201105", "=2031-01-05"]
    bench.land(
        "users", USERS_HEADER + "".join(f"{place},C,{text},active\n" for place, text in enumerate(dates))
    )
    assert {reason for _, reason, _ in bench.rejected()} == {"invalid_date"}
    times = ["2031-04-01T10:00:00Z".translate(wide), "2031-04-01T10:00:00Z\u200b", "2031-04-01T10:00:00Ｚ"]
    bench.land("events", array([event(f"e{place}", timestamp=text) for place, text in enumerate(times)]))
    assert {reason for _, reason, _ in bench.rejected()} == {"invalid_timestamp"}
    prices = ["80".translate(wide), "=80", "80\u200b", "8" * 5_000, "٨٠"]
    bench.land("mentors", MENTORS_HEADER + "".join(f"K{p},Gold,{text}\n" for p, text in enumerate(prices)))
    assert {reason for _, reason, _ in bench.rejected()} == {"invalid_number"}
    words = ["ａctive", "act\u200bive", "Active", "active;drop", "=active"]
    bench.land("users", USERS_HEADER + "".join(user(place, word) for place, word in enumerate(words)))
    assert {reason for _, reason, _ in bench.rejected()} == {"unknown_status"}


def test_names_of_columns_are_shown_and_never_obeyed(bench: Bench) -> None:
    """A screen is not cleared, nor a text turned around, by the header of a file."""
    odd = ["\x1b[2J", "\u202egnp.exe", "<script>", "'; drop table x; --", "n" * 1_000]
    header = ",".join(odd)
    landed = bench.land("users", f"{header},{USERS_HEADER}" + f"{',' * len(odd)}{user(1)}")
    shown = ["\\x1b[2J", "\\u202egnp.exe", "<script>", "'; drop table x; --", "n" * 60 + "…"]
    assert landed.ignored_columns == shown
    for form in (array, lines):
        landed = bench.land("events", form([event("e1", **dict.fromkeys(odd, 1))]))
        assert landed.ignored_columns == sorted(shown, key=lambda name: odd[shown.index(name)])
    with pytest.raises(FileRefused) as refusal:
        bench.land("users", f"{header}\n1,2,3,4,5\n")
    assert "\x1b" not in str(refusal.value) and len(str(refusal.value)) < 600


def test_very_many_columns(bench: Bench) -> None:
    """Names are not counted out in the thousands, and a table of a hundred thousand columns is refused."""
    many = [f"c{number}" for number in range(900)]
    content = ",".join([*many, USERS_HEADER]) + "," * 900 + user(1)
    assert str(bench.land("users", content)).endswith("c18, c19, 880 more")
    record = event("e1", **{f"k{number}": number for number in range(100_000)})
    for form in (array, lines):
        landed = bench.land("events", form([record]))
        assert landed.rows_loaded == 1
        assert landed.ignored_columns[-1] == "99,980 more"
    wide = ",".join(f"c{number}" for number in range(100_000))
    with pytest.raises(
        FileRefused, match=r"has 100,004 columns, more than 1,000: found c0, .* 99,984 more\."
    ):
        bench.land("users", f"{wide},{USERS_HEADER}")
