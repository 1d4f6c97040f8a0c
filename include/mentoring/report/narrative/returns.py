"""With whom users come back."""

from include.mentoring.report.narrative.formatting import count, share
from include.mentoring.report.results import Results


def returns(results: Results) -> list[str]:
    """Return whether users came back to the same mentor; nothing where nobody came back."""
    returned, same = (results["same_mentor_returns"][key] for key in ("returned", "same_mentor"))
    if not returned:
        return []
    if returned == same:
        everyone = "The only user" if returned == 1 else f"All {count(returned, 'user')}"
        return [f"{everyone} who came back had the next session with the same mentor."]
    return [f"{share(same, returned)} users who came back had the next session with the same mentor."]
