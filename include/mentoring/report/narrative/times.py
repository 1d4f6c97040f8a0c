"""Are the recorded times credible? Not where all starts lie in few hours and all lengths are the same."""

from include.mentoring.report.narrative.formatting import capitalized, listed
from include.mentoring.report.results import Results

# A day of sessions takes more hours than these.
NARROW_HOURS = 6


def times(results: Results) -> list[str]:
    """Return a sentence on the times of day where they look made up; nothing where they do not."""
    found, total = results["limits"], results["reliability_total"]
    enough = results["parameters"]["few_users"]
    recorded = total["sessions"] - total["missing_end"]
    said = []
    if total["sessions"] >= enough:
        earliest, latest = found["earliest_start_minute"], found["latest_start_minute"]
        if latest - earliest < NARROW_HOURS * 60:
            until = f"between {_clock(earliest)} and" if earliest < latest else "at"
            span = f"{until} {_clock(latest)}"
            said.append(f"all {total['sessions']:,} sessions start {span} UTC")
    if recorded >= enough and found["shortest_minutes"] == found["longest_minutes"]:
        minutes = f"{found['longest_minutes']:,.10g}"
        said.append(f"all {recorded:,} sessions with a recorded end last exactly {minutes} minutes")
    if not said:
        return []
    are = "are not" if len(said) == 2 else "may not be"
    return [
        f"{capitalized(listed(said))}: the times of day {are} credible, and double"
        " bookings and minutes to confirm depend on them."
    ]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
