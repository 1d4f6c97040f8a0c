"""The terms of the report, with the parameters in use."""

from include.mentoring.report.results import Results


def definitions(results: Results) -> list[tuple[str, str]]:
    """Return each term with its definition."""
    parameters = results["parameters"]
    window, grace = parameters["rebooking_window_days"], parameters["no_show_grace_days"]
    return [
        (
            "Came back",
            f"Another session with any mentor starts within {window} exact days of the start of the first"
            " one, inclusive. Each user counts once, under the tier of the first mentor.",
        ),
        (
            "Tier",
            "The mentor's tier at the time of the session or request, from the history of the Ops sheet;"
            " Unknown if no sheet lists the mentor. Gold is top tier; Silver and Bronze are standard tier.",
        ),
        (
            "Lenses",
            "Three ways to count. sessions (the answer): as above. bookings: users with a confirmed booking"
            f" came back if they request another one within {window} days of the first request, and it is"
            " confirmed. intent: users with a session came back if they request any booking within the window"
            " after its start, whatever became of it.",
        ),
        (
            "Mature",
            f"Users whose {window} days had passed by the end of the data (the time of the latest event).",
        ),
        (
            "95 % interval",
            "The Wilson interval: true rates that are plausible given these users. Fewer than"
            f" {parameters['few_users']} users count as few.",
        ),
        (
            "Primary, exploratory",
            "One comparison was chosen in advance and is tested once: top against standard tier, mature users"
            " of lens sessions, by the permutation p. The report claims a difference only if that p is below"
            " 0.05, the interval of the difference excludes 0 and neither group is small. All other"
            " comparisons are exploratory; they also have Holm's p, which corrects for their number.",
        ),
        (
            "Interval of a difference",
            "Newcombe's interval, over users. Over mentors: a bootstrap that resamples the mentors of each"
            " group, which is too narrow as well if there are few of them. The interval of a ratio is"
            " computed on the log scale.",
        ),
        (
            "Dispersion",
            "How far apart the rates of a tier's mentors are: Pearson's chi-squared divided by its degrees of"
            " freedom. If fewer than 5 users of any mentor are expected to return, or not to, its p comes"
            " from random draws; with more than 100 mentors, from a gamma distribution with the same mean and"
            " variance.",
        ),
        (
            "Smallest detectable difference",
            "How far the first group's rate must be above the second's for a test at the 5 % level to detect"
            " it 80 % of the time. With mentors as the unit, users count for less if those of a mentor are"
            " alike.",
        ),
        (
            "Time to return",
            "From a user's first session to the next one, however late. The Kaplan–Meier estimate counts"
            " users who have not come back until the end of the data; its 95 % band, over users, uses"
            " Greenwood's error. The log-rank test asks whether users of all tiers return at the same pace.",
        ),
        (
            "Fisher p, permutation p",
            "How often chance alone gives a difference at least as large, in either direction. Fisher's test"
            " shuffles users between the groups. The permutation test shuffles tiers among mentors, because"
            " tiers belong to mentors; it leaves out mentors whose tier changed.",
        ),
        (
            "Session",
            "Each start opens one, and an end closes the latest one of the same user and mentor. Without a"
            f" recorded end it counts as {parameters['session_default_minutes']} minutes, but never runs past"
            " the start of the pair's next one.",
        ),
        (
            "Booking",
            "Each request opens one. The last confirmation or cancellation before the pair's next request"
            " decides it; without either it is pending. A confirmed booking is attended (it has a session), a"
            f" no-show (it has none and was confirmed more than {grace} days before the end of the data) or"
            " upcoming.",
        ),
        ("Double booking", "Two sessions of one mentor with different users that overlap in time."),
        (
            "At risk",
            "Users who can still be won back: the account is active, the last session started at most"
            f" {window} days before the end of the data, and no booking is pending or upcoming. The chance of"
            " return comes from the curve of the last session's tier: of the users not back after that many"
            f" days, the share who still return by day {window}. It is unknown if the whole tier had returned"
            " by then.",
        ),
    ]
