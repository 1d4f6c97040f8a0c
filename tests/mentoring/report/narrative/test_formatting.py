"""Numbers as text: no small value rounded to zero, no false precision."""

import pytest

from include.mentoring.report.narrative import formatting


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (None, "–"),
        (0.0, "< 0.000001"),
        (1e-9, "< 0.000001"),
        (0.000074, "0.000074"),
        (20 / 3003, "0.0067"),
        (0.0264, "0.026"),
        (0.05, "0.050"),
        (0.0999, "0.100"),
        (0.31, "0.31"),
        (1.0, "1.00"),
    ],
)
def test_p_values_have_two_digits(p: float | None, text: str) -> None:
    """Two significant digits, however small; no p is printed as zero."""
    assert formatting.p_value(p) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (1 / 10_001, "< 0.0001"),
        (17 / 10_001, "< 0.0017"),
        (1 / 3, "< 0.34"),
        (1.0, "1.00"),
        (1e-9, "< 0.000001"),
    ],
)
def test_a_bound_is_called_so(p: float, text: str) -> None:
    """Of 10,000 draws none was as large: p is below 0.0001, and Holm's multiple of it below the multiple."""
    assert formatting.p_value(p, is_bound=True) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(61.9047, "61.9"), (0.0, "0.0"), (100.0, "100.0"), (0.00500, "0.005"), (0.0641, "0.1")],
)
def test_a_percentage_is_0_or_100_only_where_it_is(value: float, text: str) -> None:
    """A limit of 0.005 % is no limit of 0 %."""
    assert formatting.percent(value) == f"{text} %"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "less than once in a million draws"),
        (1e-9, "less than once in a million draws"),
        (0.000074, "about once in 14,000 draws"),
        (20 / 3003, "about once in 150 draws"),
        (0.0499, "about once in 20 draws"),
        (0.1, "in about 10 of 100 draws"),
        (0.31, "in about 31 of 100 draws"),
        (1.0, "in nearly all draws"),
    ],
)
def test_chances_are_counted(p: float, text: str) -> None:
    """As a frequency, rounded to what a reader remembers."""
    assert formatting.how_often(p, "draws") == text


def test_lists_read_as_sentences() -> None:
    """Commas, then an and; a long list is cut with its count."""
    assert formatting.listed([]) == ""
    assert formatting.listed(["a"]) == "a"
    assert formatting.listed(["a", "b", "c"]) == "a, b and c"
    assert formatting.listed("abcd", limit=2) == "a, b and 2 more"
    assert formatting.listed("ab", limit=2) == "a and b"


def test_nouns_follow_their_number() -> None:
    """One user, two users, no users."""
    assert [formatting.count(number, "user") for number in (0, 1, 1200)] == [
        "0 users",
        "1 user",
        "1,200 users",
    ]
