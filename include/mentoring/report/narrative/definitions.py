"""The terms of the report, with the parameters in use."""

from include.mentoring.report.results import Results


def definitions(results: Results) -> list[tuple[str, str]]:
    """Return each term with its definition."""
    parameters = results["parameters"]
    window, grace = parameters["rebooking_window_days"], parameters["no_show_grace_days"]
    return [
        (
            "Came back",
            f"Another session, with any mentor, starts within {window} exact days after the user's first, the"
            " last moment included. A user counts once, under the tier of the first mentor.",
        ),
        (
            "Tier",
            "The mentor's tier at the time of the session or request, from the history of Ops' sheet; Unknown"
            " where no sheet lists the mentor. Gold is the top tier, Silver and Bronze the standard tier.",
        ),
        (
            "Lenses",
            "sessions (the answer): as above. bookings: users with a confirmed booking, who request another"
            f" that is confirmed within {window} days after the first request. intent: users with a session,"
            " who request any booking within the window after its start, whatever became of it.",
        ),
        (
            "Mature",
            f"Users whose {window} days had passed by the end of the data, the time of the latest event.",
        ),
        (
            "95 % interval",
            "Wilson's interval: the rates these users may well stand for. Fewer than"
            f" {parameters['few_users']} users are called few.",
        ),
        (
            "Primary, exploratory",
            "One comparison was chosen in advance, so that it is judged once: top against standard tier, the"
            " mature users of lens sessions, by the permutation p. The report speaks of a difference only if"
            " that p is below 0.05, the interval of the difference leaves out 0 and no group is small. All"
            " others are exploratory and have Holm's p in addition, corrected for how many they are.",
        ),
        (
            "Interval of a difference",
            "Newcombe's interval, of the users; over mentors: a bootstrap that draws the mentors of each"
            " group again and again, which with few mentors is too narrow as well. The interval of a ratio is"
            " that of its logarithm.",
        ),
        (
            "Dispersion",
            "How far the rates of a tier's mentors lie apart: Pearson's chi-squared over its degrees of"
            " freedom. Where fewer than 5 users are expected of a mentor, either way, its p is drawn; above"
            " 100 mentors it is that of a gamma distribution with the same mean and variance.",
        ),
        (
            "Smallest difference to be shown",
            "How far the first group's rate must be above the second's for a test at 5 % to find it in 80 of"
            " 100 such data; with mentors as the unit, users count less where those of a mentor are alike.",
        ),
        (
            "Time to return",
            "From a user's first session to the next one, however late. Kaplan and Meier's estimate counts a"
            " user who has not come back for as long as the data go; its 95 % band is of users, with"
            " Greenwood's error. The log-rank test asks whether users of the tiers return at the same pace.",
        ),
        (
            "Fisher p, permutation p",
            "How often chance alone gives a difference as large, in either direction. Fisher's test"
            " reassigns the users to the groups; the permutation test reassigns the tiers to the mentors,"
            " who hold them, without those whose tier changed.",
        ),
        (
            "Session",
            "Each start opens one, and an end closes the latest of its user and mentor. Without a recorded"
            f" end it counts as {parameters['session_default_minutes']} minutes, never past the start of the"
            " pair's next one.",
        ),
        (
            "Booking",
            "Each request opens one; the last confirmation or cancellation before the pair's next request"
            " decides it, and without either it is pending. A confirmed one is attended (it has a session),"
            f" a no-show (none, and confirmed more than {grace} days before the end of the data) or to come.",
        ),
        ("Double booking", "Two sessions of one mentor with different users that overlap in time."),
        (
            "At risk",
            f"Users who can still be won: the account is active, the last session started at most {window}"
            " days before the end of the data, and no booking is pending or to come. The chance to return is"
            " read from the curve of the last session's tier: how many of the users who had not returned"
            f" after so many days still do by day {window}. It is unknown where all of the tier had returned"
            " by then.",
        ),
    ]
