"""How long a deployment waits, where its alerts go, and how a setting of it that is wrong is named."""

from datetime import timedelta

import pytest

from include.pipeline.core.deployment_settings import alert_addresses, deployment_settings
from include.pipeline.core.errors import SettingInvalid


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        ("", []),
        (" , ", []),
        ("json://host/inbox", ["json://host/inbox"]),
        (" json://host/a,  slack://b/c/d\n", ["json://host/a", "slack://b/c/d"]),
        (
            "mailto://me@host?to=a@b.io,c@d.io,json://host",
            ["mailto://me@host?to=a@b.io,c@d.io", "json://host"],
        ),
        ("no address", ["no address"]),
    ],
)
def test_alerts_go_to_one_address_or_several(
    value: str, addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blanks or commas stand between them; a comma inside of one stays."""
    monkeypatch.setenv("MENTOR_ALERT_URL", value)
    assert alert_addresses() == addresses


def test_alerts_are_off_in_env(monkeypatch: pytest.MonkeyPatch) -> None:
    """Alerts are off by default, and no file of the project holds a secret."""
    monkeypatch.delenv("MENTOR_ALERT_URL", raising=False)
    assert alert_addresses() == []
    assert deployment_settings().publish_within == timedelta(hours=2)


@pytest.mark.parametrize("value", ["0", "soon", "-5", "nan"])
def test_a_deadline_must_be_a_time(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable."""
    monkeypatch.setenv("MENTOR_PUBLISH_WITHIN_MINUTES", value)
    with pytest.raises(SettingInvalid, match="MENTOR_PUBLISH_WITHIN_MINUTES is "):
        deployment_settings()


def test_a_late_delivery_fails_the_run_after_six_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless told otherwise, nobody gets old data for new."""
    for name in ("MENTOR_DELIVERY_WAIT_MINUTES", "MENTOR_DELIVERY_LATE"):
        monkeypatch.setenv(name, "")
    assert deployment_settings().delivery_wait == timedelta(hours=6)
    assert deployment_settings().goes_on_without_delivery is False
    monkeypatch.setenv("MENTOR_DELIVERY_LATE", "previous")
    assert deployment_settings().goes_on_without_delivery is True


@pytest.mark.parametrize("value", ["-1", "1380.1", "soon"])
def test_a_wait_ends_before_the_next_run(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that waits for more than a day would hold the next one up."""
    monkeypatch.setenv("MENTOR_DELIVERY_WAIT_MINUTES", value)
    with pytest.raises(SettingInvalid, match="MENTOR_DELIVERY_WAIT_MINUTES is "):
        deployment_settings()
    for bound in ("0", "1380"):
        monkeypatch.setenv("MENTOR_DELIVERY_WAIT_MINUTES", bound)
        assert deployment_settings().delivery_wait == timedelta(minutes=int(bound))


def test_what_becomes_of_a_late_delivery_is_one_of_two_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable, its value and both words."""
    monkeypatch.setenv("MENTOR_DELIVERY_LATE", "Previous")
    with pytest.raises(SettingInvalid) as invalid:
        deployment_settings()
    assert str(invalid.value) == (
        "MENTOR_DELIVERY_LATE is 'Previous'. Expected it to be 'fail' or 'previous';"
        " change it in .env or unset it."
    )
