"""Is the result sensitive to the definition? The order of the tiers under each variant of it."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from include.mentoring.report.narrative.formatting import count, listed, variants
from include.mentoring.report.readings import Reading, equal_lenses, readings
from include.mentoring.report.results import Results

ORDER = ("Gold", "Silver", "Bronze")
ORDER_TEXT = "Gold above Silver above Bronze"

# The rates under one variant, in percent, by tier.
Rates = dict[str, float]
Variants = dict[str, Rates]


def sensitivity(results: Results) -> list[str]:
    """Return sentences on how many variants keep Gold highest and the order of the tiers."""
    found = readings(results)
    others = {variants(reading.names): _rates(reading) for reading in found if not reading.is_as_answer}
    rates = {variant: tiers for variant, tiers in others.items() if tiers}
    against_gold = {variant: tiers for variant, tiers in rates.items() if "Gold" in tiers and len(tiers) > 1}
    complete = {variant: tiers for variant, tiers in rates.items() if len(tiers) == len(ORDER)}
    said = [
        *_same(found),
        *_summary("Gold has the highest rate", against_gold, _gold_is_highest),
        *_summary(f"the order {ORDER_TEXT} holds", complete, _is_in_order),
        *_left_out(rates, against_gold),
    ] or ["No other reading has figures."]
    return said + _same_lenses(results)


def _rates(reading: Reading) -> Rates:
    return {
        tier: row["rate_pct"] if row["rebooked"] is None else 100 * row["rebooked"] / row["n"]
        for tier, row in reading.tiers.items()
        if tier in ORDER
    }


def _same(found: Sequence[Reading]) -> list[str]:
    """Which readings are one reading: of the same counts as the answer, or as each other."""
    return [
        f"{'These readings give' if len(reading.names) > 1 else 'This reading gives'} the same counts"
        f"{' as the answer' if reading.is_as_answer else ' as each other'}: {variants(reading.names)}."
        for reading in found
        if reading.is_as_answer or len(reading.names) > 1
    ]


def _same_lenses(results: Results) -> list[str]:
    return [
        f"{'Lenses' if others[1:] else 'Lens'} {listed(others)} {'give' if others[1:] else 'gives'}"
        f" the same counts as lens {first}."
        for first, *others in equal_lenses(results)
        if others
    ]


def _summary(what: str, rates: Variants, holds: Callable[[Rates], bool]) -> list[str]:
    if not rates:
        return []
    but = [variant for variant, tiers in rates.items() if not holds(tiers)]
    number = f"{len(rates) - len(but)} of {count(len(rates), 'other reading')}"
    if len(but) in (0, len(rates)):
        return [f"Under {number}, {what}."]
    named = listed(f"{variant} ({_rates_text(rates[variant])})" for variant in but)
    return [f"Under {number}, {what}; the exception{'s are' if but[1:] else ' is'} {named}."]


def _gold_is_highest(tiers: Rates) -> bool:
    return all(tiers["Gold"] > rate for tier, rate in tiers.items() if tier != "Gold")


def _is_in_order(tiers: Rates) -> bool:
    return all(tiers[higher] > tiers[lower] for higher, lower in pairwise(ORDER))


def _rates_text(tiers: Rates) -> str:
    return ", ".join(f"{tier} {tiers[tier]:.1f} %" for tier in ORDER if tier in tiers)


def _left_out(rates: Variants, compared: Variants) -> list[str]:
    missing = [variant for variant in rates if variant not in compared]
    return [f"Without figures for Gold and another tier: {listed(missing)}."] if missing else []
