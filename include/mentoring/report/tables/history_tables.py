"""The table of the rate's history, by date."""

from collections.abc import Callable

from include.mentoring.report.results import CATEGORY_ORDER, Results, Row
from include.mentoring.report.tables.columns import INTERVAL, category
from include.mentoring.report.tables.table import FIGURES, PERCENT, Column, Table


def _by_date(results: Results) -> list[Row]:
    """One row per date, the latest first, with the figures by group; of a single date there is no history."""
    dates: dict[str, dict[str, Row]] = {}
    for row in results["history"]:
        dates.setdefault(row["date"], {})[row["tier"]] = row
    if len(dates) < 2:
        return []
    return [{"date": day, "groups": groups} for day, groups in reversed(dates.items())]


def _at_date(group: str) -> Callable[[Row], str | None]:
    def figures(row: Row) -> str | None:
        own = row["groups"].get(group)
        if own is None:
            return None
        rate = PERCENT.write(100 * own["rebooked"] / own["users"])
        return f"{rate} ({own['rebooked']:,}/{own['users']:,}; {INTERVAL.cell(own)})"

    return figures


def _history_columns(results: Results) -> list[Column]:
    shown = [row for row in results["history"] if row["is_category_total"]]
    categories = [name for name in CATEGORY_ORDER if any(row["tier"] == name for row in shown)]
    return [
        Column("date", "by the end of"),
        *(Column(_at_date(name), category(name), FIGURES) for name in categories),
    ]


HISTORY = Table(
    _by_date,
    "History of the rate: mature users by date, in percent (came back/users; 95 % interval)",
    _history_columns,
)
