"""Messages reach every address or are reported as lost; no part of an address ever shows."""

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from include.mentoring import alerts
from include.pipeline.notify import load_alerts, run_alerts
from include.pipeline.notify.apprise_client import Alert, Delivery, send
from tests.support.deployment import Deployment
from tests.support.receiver import Receiver, receiving

ALERT = Alert("A title", "A body with <b>no</b> HTML", "info")
SECRET = "s3cr3t"
NOBODY = f"json://{SECRET}user:{SECRET}word@127.0.0.1:1/{SECRET}path?+Token={SECRET}header"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Return a receiver at which the process need not knock through a proxy."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with receiving() as receiver:
        yield receiver


def test_a_message_gets_to_every_address(receiver: Receiver) -> None:
    """Title, body and kind as they were, at each of them."""
    to = "address 1 (json://…)", "address 2 (json://…)"
    assert send(ALERT, [receiver.address, receiver.address]) == [Delivery(name, True, None) for name in to]
    assert [(alert["title"], alert["message"], alert["type"]) for alert in receiver.alerts] == [
        (ALERT.title, ALERT.body, "info")
    ] * 2


def test_one_bad_address_keeps_the_others_from_nothing(receiver: Receiver) -> None:
    """An unknown address and one that does not answer have different messages, each with its place."""
    deliveries = send(ALERT, ["no address", NOBODY, receiver.address])
    assert [(delivery.to, delivery.is_known, bool(delivery.fault)) for delivery in deliveries] == [
        ("address 1", False, True),
        ("address 2 (json://…)", True, True),
        ("address 3 (json://…)", True, False),
    ]
    assert deliveries[1].fault == "A Connection error occurred sending JSON notification to …"
    assert receiver.titles == [ALERT.title]


def test_markup_in_the_data_is_text(receiver: Receiver) -> None:
    """A channel that takes HTML shows what stands in a file, and does nothing else with it."""
    send(ALERT, [f"{receiver.address}?format=html"])
    assert "&lt;b&gt;no&lt;/b&gt;" in receiver.only()["message"]


SENDING = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
from include.pipeline.notify.apprise_client import Alert, send
print(send(Alert("A title", "A body", "info"), sys.argv[1:]))
"""


@pytest.mark.parametrize("status", [200, 403, 500])
def test_no_part_of_an_address_shows(status: int, receiver: Receiver, tmp_path: Path) -> None:
    """Not in the logs, even at debug level, nor in the message."""
    receiver.status = status
    address = receiver.address.replace("://", f"://{SECRET}:{SECRET}@").replace("inbox", SECRET)
    unknown = (f"slack://{SECRET}/{SECRET}", f"nobody://{SECRET}", SECRET)
    done = Deployment(tmp_path).process(sys.executable, "-c", SENDING, address, NOBODY, *unknown)
    assert done.returncode == 0, done.stdout
    assert receiver.titles == ["A title"]
    assert done.stdout.count("fault='") == 4 + (status != 200)
    assert SECRET not in done.stdout


@pytest.fixture
def run_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Return a function that has a failed run told to an address."""
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path))

    def fail(address: str) -> None:
        monkeypatch.setenv("MENTOR_ALERT_URL", address)
        run, task = SimpleNamespace(start_date=None), SimpleNamespace(task_id="publish")
        run_alerts.task_failed({"run_id": "a_run", "dag_run": run, "task": task})

    return fail


@pytest.mark.parametrize("status", [200, 500])
def test_what_became_of_an_alert_is_a_line_in_the_log(
    status: int, run_fails: Callable[[str], None], receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Who wonders why nobody was told finds it in the log of the task, whose end it does not change."""
    caplog.set_level(logging.INFO)
    receiver.status = status
    run_fails(receiver.address)
    level, words = ("INFO", "was accepted by") if status == 200 else ("WARNING", "did not reach")
    (line,) = [record for record in caplog.records if record.name == run_alerts.__name__]
    assert line.levelname == level
    assert f"The alert 'mentor_tier_report: run failed' {words} address 1 (json://…)" in line.message


def test_a_receiver_that_never_answers_is_given_up(
    run_fails: Callable[[str], None], receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """The run goes on."""
    receiver.answering.clear()
    run_fails(receiver.address)
    assert receiver.titles == ["mentor_tier_report: run failed"]
    assert "did not reach address 1" in caplog.text


def test_an_alert_that_cannot_be_made_is_a_line_in_the_log(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Here the build is gone whose rows are to be told."""
    monkeypatch.setenv("MENTOR_WAREHOUSE_DIR", str(tmp_path))
    monkeypatch.setenv("MENTOR_ALERT_URL", receiver.address)
    load_alerts.rows_rejected("a_run", [1])
    with alerts.alerting_changed_tiers("a_run"):
        pass
    assert receiver.alerts == []
    assert caplog.text.count("An alert could not be made: ") == 1


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("{receiver}", 0, ["address 1 (json://…): accepted"]),
        (
            "{receiver}, " + NOBODY,
            1,
            ["address 1 (json://…): accepted", "address 2 (json://…): A Connection"],
        ),
        (f"no{SECRET}", 1, ["MENTOR_ALERT_URL", "address 1: Apprise knows no such URL", "Expected"]),
        ("", 1, ["MENTOR_ALERT_URL is empty", "off", "Expected"]),
    ],
)
def test_the_command_tries_every_address(
    address: str, code: int, words: list[str], receiver: Receiver, tmp_path: Path
) -> None:
    """`make alert` says what became of a test alert at each address, and fails where it did not arrive."""
    environment = {"MENTOR_ALERT_URL": address.format(receiver=receiver.address), "NO_PROXY": "127.0.0.1"}
    done = Deployment(tmp_path, environment=environment).command("alert")
    assert done.returncode == code, done.stdout
    for word in words:
        assert word in done.stdout
    assert "Traceback" not in done.stdout
    assert SECRET not in done.stdout
    assert receiver.titles == ["mentor_tier_report: test"] * ("receiver" in address)
