"""Numbers and names as text, shared by the sentences, captions and tables of the report."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

# A p value below this is significant.
SIGNIFICANT_P = 0.05
MIN_SHOWN_P = 1e-6

CATEGORY_NAMES = {"top_tier": "top-tier", "standard_tier": "standard-tier", "unknown": "unlisted"}
CATEGORY_LABELS = {"top_tier": "top tier", "standard_tier": "standard tier", "unknown": "unlisted"}
VARIANT_NAMES = {
    "window_14d": "a window of 14 days",
    "window_60d": "a window of 60 days",
    "window_90d": "a window of 90 days",
    "recorded_ends_only": "only sessions with a recorded end",
    "active_users_only": "only users whose account is active",
    "first_request_not_cancelled": "only users whose first request was not cancelled",
    "per_session": "every session, followed by another within the window",
    "third_session": "a third session within the window",
    "from_first_request": "every user who ever asked, under the tier of the first request",
    "mean_of_mentors": "the mean of the mentors' rates",
}
FINDING_NAMES = {
    "mentor_tier_changed": "mentor changed tier",
    "mentor_price_changed": "mentor changed price",
    "mentor_vanished": "mentor left out of a later sheet",
    "mentor_unknown": "mentor in the events but in no sheet",
    "user_status_changed": "user changed status",
    "user_vanished": "user left out of a later export",
    "orphan_user": "user in the events but not in the users export",
    "anomaly": "orphaned event (no matching request or session)",
    "double_booking": "two users with one mentor at the same time",
    "rejected_row": "rejected row",
}
ANOMALY_NAMES = {
    "confirmation_without_request": "confirmation without a request",
    "cancellation_without_request": "cancellation without a request",
    "end_without_start": "end without a start",
    "second_end": "second end of one session",
}


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return "1 user", "2 users", "1,200 users"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def capitalized(sentence: str) -> str:
    """Return the sentence with a capital as its first letter; the others stay as they are."""
    return f"{sentence[:1].upper()}{sentence[1:]}"


def listed(items: Iterable[str], limit: int | None = None) -> str:
    """Return "a, b and c"; beyond `limit` items, "a, b and 3 more"."""
    every = list(items)
    if limit is not None and len(every) > limit:
        every = [*every[:limit], f"{len(every) - limit:,} more"]
    return " and ".join([*([", ".join(every[:-1])] if every[1:] else []), *every[-1:]])


def variants(names: Iterable[str]) -> str:
    """Return readings as one text: "windows of 14 and 60 days and a third session within the window"."""
    every = list(names)
    windows = [name for name in every if name.startswith("window_")]
    if len(windows) < 2:
        return listed(VARIANT_NAMES.get(name, name) for name in every)
    days = listed(name.removeprefix("window_").removesuffix("d") for name in windows)
    others = (VARIANT_NAMES.get(name, name) for name in every if name not in windows)
    return listed([f"windows of {days} days", *others])


def percentage(value: float) -> str:
    """Return "61.9", with more decimals where one would make it 0 or 100."""
    distance = min(value, 100 - value)
    return f"{value:.{1 if distance <= 0 or distance >= 0.05 else -floor(log10(distance))}f}"


def percent(value: float) -> str:
    """Return "61.9 %", with decimals as `percentage` has them."""
    return f"{percentage(value)} %"


def share(part: int, whole: int) -> str:
    """Return "4 of 10 (40.0 %)"."""
    return f"{part:,} of {whole:,} ({percent(100 * part / whole)})"


def interval(low: float, high: float) -> str:
    """Return "46.8–75.0", of ends in percent."""
    return f"{low:.1f}–{high:.1f}"


def points(low: float, high: float) -> str:
    """Return "19.5 to 52.7", with a sign where an end is negative."""
    return f"{signed(low)} to {signed(high)}"


def signed(value: float) -> str:
    """Return the number to one decimal, with a typographic minus where it is negative."""
    return f"{round(value, 1) + 0:.1f}".replace("-", "−")


def distance(value: float) -> str:
    """Return the size of a number above or below 0, with more decimals where one would make it 0."""
    return percentage(abs(value))


def p_value(p: float | None, *, is_bound: bool = False) -> str:
    """Return the p value to two significant digits; one that is small, or only a bound, as "< 0.0001"."""
    if p is None:
        return "–"
    if p < MIN_SHOWN_P:
        return f"< {MIN_SHOWN_P:.6f}"
    digits = max(2, 1 - floor(log10(p)))
    while float(f"{p:.{digits}f}") == SIGNIFICANT_P != p:
        digits += 1
    if is_bound and p < 1:
        # Rounded up: 1 over 10,001 is below the 0.0001 that it is printed as.
        return f"< {ceil(p * 10**digits) / 10**digits:.{digits}f}".rstrip("0")
    return f"{p:.{digits}f}"


def permutation_p(row: Mapping[str, Any]) -> str:
    """Return the p over mentors of a comparison as text."""
    return p_value(row["mentor_permutation_p"], is_bound=row["permutation_p_is_bound"])


def holm_p(row: Mapping[str, Any]) -> str:
    """Return the Holm-adjusted p of a comparison as text; a multiple of a bound is one too."""
    return p_value(row["holm_p"], is_bound=row["permutation_p_is_bound"])


def how_often(p: float, trials: str) -> str:
    """Return how often an event of probability `p` occurs: "about once in 150 draws"."""
    if p < MIN_SHOWN_P:
        return f"less than once in a million {trials}"
    if p > 0.995:
        return f"in nearly all {trials}"
    if p >= 0.1:
        return f"in about {round(100 * p)} of 100 {trials}"
    return f"about once in {_two_digits(1 / p):,} {trials}"


def few(groups: Sequence[tuple[int, str]], few_users: int) -> str:
    """Return "there are only 29 top-tier and 7 standard-tier users (fewer than 30)" for users and names."""
    named = listed(f"{users:,} {name}" for users, name in groups)
    are = "is" if [users for users, _ in groups] == [1] else "are"
    return f"there {are} only {named} {'user' if groups[-1][0] == 1 else 'users'} (fewer than {few_users})"


def _two_digits(number: float) -> int:
    digits = max(0, floor(log10(number)) - 1)
    return int(round(number, -digits))
