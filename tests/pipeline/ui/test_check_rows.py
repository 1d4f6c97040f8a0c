"""The checks of the newest run: the gate's and dbt's in one table, each with its last results."""

from include.pipeline.core.settings import Settings, declared
from include.pipeline.quality.verdict import CRITICAL, WARNING
from include.pipeline.ui import check_rows, checked_runs
from tests.pipeline.ui.html_tables import tables
from tests.pipeline.ui.webserver import Server
from tests.pipeline.ui.written import a_check, a_model, a_test, build, judge

PAGE = "/mentoring/quality/"


def test_what_failed_comes_first(webserver: Server, folders: Settings) -> None:
    """Then what warned, did not run, and passed; a model is listed where it could not be built."""
    judge(folders, "a", 1, a_check("one", CRITICAL, True), a_check("two", WARNING, False))
    models = a_model("good"), a_model("broken", "failed", rows=None, message="a Binder Error")
    build("a", 2, *models, a_test("t"), a_test("u", "failed", owner=None), a_test("v", "not run"))
    checks, _ = tables(webserver.get(PAGE).text)
    owner = declared().owner
    assert checks[1:] == [
        ["failed", "broken is built", "dbt model", "marts.broken", "–", "a-team", "–", "✕"],
        ["", "findinga Binder Error"],
        ["failed", "u", "dbt test", "marts.fct_sessions", "critical", owner, "3", "✕"],
        ["", "findingu found 3 rows"],
        ["warned", "the rule two", "gate", "users.user_id", "warning", owner, "2", "▲"],
        ["", "findingfails for 2 of 4 rows (user_id: 7, 8)"],
        ["not run", "v", "dbt test", "marts.fct_sessions", "critical", "a-team", "0", "○"],
        ["passed", "t", "dbt test", "marts.fct_sessions", "critical", "a-team", "0", "●"],
        ["passed", "the rule one", "gate", "users.user_id", "critical", owner, "–", "●"],
    ]


def test_the_title_is_that_of_the_run(webserver: Server, folders: Settings) -> None:
    """It never says that a run passed one of whose tests failed; the finding is open."""
    judge(folders, "a", 1, a_check("one", CRITICAL, True))
    build("a", 2, a_test("t", "failed"))
    html = webserver.get(PAGE).text
    assert "<h1>Quality · failed: 1 of 1 dbt tests failed</h1>" in html
    assert "<details open>" in html
    assert " ".join(html.split()).count("UTC: 1 failed, 1 passed.") == 1


def test_a_check_has_its_last_results(webserver: Server, folders: Settings) -> None:
    """The newest last, 30 of them, in words too; a run that did not come to it has none."""
    for at in range(40):
        build(f"run-{at}", at, a_test("t", "warned" if at % 10 == 9 else "passed"))
    judge(folders, "refused", 40, a_check("one", CRITICAL, False))
    build("z", 41, a_test("t", "failed"))
    html = webserver.get(PAGE).text
    checks, _ = tables(html)
    assert checks[1][-1] == ("●" * 8 + "▲" + "●" * 9 + "▲" + "●" * 9 + "▲" + "✕")
    assert 'aria-label="1 failed, 3 warned, 26 passed"' in html
    (row,) = check_rows.of(checked_runs.newest(50)[0])
    assert len(row.history) == 30
