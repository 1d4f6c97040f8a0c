"""The report's sections in order, the same for the page and the Markdown file."""

from dataclasses import dataclass
from textwrap import dedent

from include.mentoring.report import charts, narrative, queries
from include.mentoring.report.charts import Picture
from include.mentoring.report.rates_by_reading import rates_by_reading
from include.mentoring.report.results import HEADLINE_LENS, TIER_ORDER, Results
from include.mentoring.report.tables.data_tables import FAILED_CHECKS, FILES, FINDINGS, REJECTED_ROWS
from include.mentoring.report.tables.history_tables import HISTORY
from include.mentoring.report.tables.people_tables import (
    ACCOUNT_STATUS,
    MENTOR_TABLES,
    MONTHLY_COHORTS,
    USERS_AT_RISK,
    users_of_tier,
)
from include.mentoring.report.tables.rebooking_tables import (
    COMPARISONS,
    HEADLINE,
    LENSES,
    SENSITIVITY,
)
from include.mentoring.report.tables.system_tables import CHECKS, RELIABILITY
from include.mentoring.report.tables.table import RenderedTable, Table


@dataclass(frozen=True)
class Section:
    """A part of the report under its own title.

    Attributes:
        key: unique in the page.
        title: a question where the section answers one.
        sentences: a paragraph.
        items: a list of sentences below it.
        pictures: charts, on the page only.
        folded_pictures: charts that are folded as the tables are, each with a title.
        tables: only tables with rows.
        page_tables: tables on the page only.
        query: SQL that a reader can run on the published database.
        terms: terms and their definitions.
        is_folded: whether the page shows only the title until a reader opens it.
    """

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    folded_pictures: tuple[tuple[str, Picture], ...] = ()
    tables: tuple[RenderedTable, ...] = ()
    page_tables: tuple[RenderedTable, ...] = ()
    query: str = ""
    terms: tuple[tuple[str, str], ...] = ()
    is_folded: bool = False


def sections(results: Results) -> list[Section]:
    """Return the sections below the answer."""
    return [
        _rates(results),
        _mentors(results),
        *_history(results),
        _time(results),
        _reliability(results),
        _certainty(results),
        _sensitivity(results),
        _accounts(results),
        _at_risk(results),
        *_strength(results),
        Section("limits", "What these figures cannot show", items=tuple(narrative.limits(results))),
        Section("definitions", "What the terms mean", terms=tuple(narrative.definitions(results))),
        _data(results),
        *_users(results),
    ]


def _rates(results: Results) -> Section:
    days = results["parameters"]["rebooking_window_days"]
    return Section(
        "rates",
        "How many users come back?",
        sentences=tuple(narrative.none_came_back(results)),
        pictures=_some(charts.rate_by_tier(rates_by_reading(results), days)),
        tables=_with_rows(results, HEADLINE),
    )


def _history(results: Results) -> list[Section]:
    moved = _some(charts.rate_history(results["publication"]))
    return [Section("history", "Did the rates move?", pictures=moved)] if moved else []


def _certainty(results: Results) -> Section:
    compared = [
        row for row in results["comparisons"] if (row["lens"], row["cohort"]) == (HEADLINE_LENS, "all")
    ]
    answer = narrative.answer(results)
    return Section(
        "certainty",
        "How sure is this?",
        sentences=(*answer.lead, *answer.notes),
        folded_pictures=_titled("The differences with their intervals", charts.differences(compared)),
        tables=_with_rows(results, COMPARISONS),
    )


def _sensitivity(results: Results) -> Section:
    return Section(
        "readings",
        "Is the result sensitive to the definition?",
        sentences=tuple(narrative.sensitivity(results)),
        tables=_with_rows(results, SENSITIVITY, LENSES),
    )


def _time(results: Results) -> Section:
    parameters = results["parameters"]
    days, few_users = parameters["rebooking_window_days"], parameters["few_users"]
    return Section(
        "time",
        "When do users come back?",
        sentences=tuple(narrative.returns(results)),
        pictures=_some(charts.time_to_return(results["time_to_return"], days)),
        folded_pictures=_titled(
            "By the month of the first session",
            charts.monthly_cohorts(results["monthly_cohorts"], days, few_users),
        ),
        tables=_with_rows(results, MONTHLY_COHORTS),
    )


def _mentors(results: Results) -> Section:
    return Section(
        "mentors",
        "Is it all of a tier's mentors, or a few?",
        pictures=_some(charts.mentor_dots(results["mentors"], results["parameters"]["few_users"])),
        tables=_with_rows(results, *MENTOR_TABLES),
    )


def _reliability(results: Results) -> Section:
    verdict, *details = narrative.reliability(results)
    return Section(
        "reliability",
        "Is the booking system reliable?",
        sentences=(verdict,),
        items=tuple(details),
        pictures=_some(charts.booking_outcomes(results["reliability"])),
        tables=_with_rows(results, RELIABILITY, CHECKS),
    )


def _accounts(results: Results) -> Section:
    return Section(
        "accounts",
        "Does account status agree with rebooking?",
        sentences=tuple(narrative.accounts(results)),
        tables=_with_rows(results, ACCOUNT_STATUS),
    )


def _at_risk(results: Results) -> Section:
    return Section(
        "at-risk",
        "Who can still be won back?",
        sentences=tuple(narrative.users_at_risk(results)),
        tables=_with_rows(results, USERS_AT_RISK),
    )


def _strength(results: Results) -> list[Section]:
    sentences, tables = tuple(narrative.strength(results)), _with_rows(results, HISTORY)
    title = "How strong is the comparison?"
    if not sentences and not tables:
        return []
    return [Section("strength", title, sentences=sentences, tables=tables, is_folded=True)]


def _data(results: Results) -> Section:
    return Section(
        "data",
        "What data are these figures based on?",
        sentences=tuple(narrative.data(results)),
        tables=_with_rows(results, FILES, REJECTED_ROWS, FINDINGS, FAILED_CHECKS),
    )


def _users(results: Results) -> list[Section]:
    sentences = tuple(narrative.users_behind(results))
    if not sentences:
        return []
    tiers = dict.fromkeys((*TIER_ORDER, *(row["tier"] for row in results["users"] or ())))
    return [
        Section(
            "users",
            "The users behind the figures",
            sentences=sentences,
            page_tables=_with_rows(results, *map(users_of_tier, tiers)),
            query=dedent(queries.USERS).strip(),
            is_folded=True,
        )
    ]


def _some(*pictures: Picture | None) -> tuple[Picture, ...]:
    return tuple(picture for picture in pictures if picture)


def _titled(title: str, picture: Picture | None) -> tuple[tuple[str, Picture], ...]:
    return ((title, picture),) if picture else ()


def _with_rows(results: Results, *tables: Table) -> tuple[RenderedTable, ...]:
    rendered = (table.render(results) for table in tables)
    return tuple(table for table in rendered if table.rows)
