"""Sends a message to the addresses of MENTOR_ALERT_URL, with Apprise.

An address may hold a secret anywhere in it, so messages name only its place and its scheme.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal
from urllib.parse import unquote

TIMEOUT_SECONDS = 10
# Channels truncate longer messages, each in its own way.
BODY_LENGTH = 4000


@dataclass(frozen=True)
class Alert:
    """A message to people.

    Attributes:
        title: one line.
        body: plain text; what matters most comes first, because a long one is truncated.
        kind: its severity, as Apprise names it.
    """

    title: str
    body: str
    kind: Literal["failure", "warning", "info"]


@dataclass(frozen=True)
class Delivery:
    """The result of sending a message to one address.

    Attributes:
        to: the address, without what may be secret.
        is_known: whether Apprise knows what to do with the address.
        fault: why the message did not get there; None if it was accepted.
    """

    to: str
    is_known: bool
    fault: str | None


def send(alert: Alert, addresses: Sequence[str]) -> list[Delivery]:
    """Send the alert to all addresses at the same time, and wait a few seconds at most.

    Returns:
        The result for each address.
    """
    apprise = _library()
    services = apprise.Apprise()
    for place, address in enumerate(addresses):
        service = apprise.Apprise.instantiate(address, tag=_tag(place))
        if service is not None:
            services.add(service)
    results = services.notify(
        title=alert.title,
        body=_shortened(alert.body),
        notify_type=alert.kind,
        # For channels that take HTML, the data is escaped.
        body_format=apprise.NotifyFormat.TEXT,
        timeout=TIMEOUT_SECONDS,
    )
    by_tag = {result.tag[0]: result for result in results}
    return [_delivery(place, address, by_tag.get(_tag(place))) for place, address in enumerate(addresses)]


def _library() -> ModuleType:
    # Not at the top of the file: most runs send no alert.
    import apprise

    # At level DEBUG they log whole addresses.
    logging.getLogger("apprise").propagate = False
    logging.getLogger("urllib3").setLevel(logging.INFO)
    return apprise


def _tag(place: int) -> str:
    return f"address-{place}"


def _shortened(text: str) -> str:
    return text if len(text) <= BODY_LENGTH else f"{text[: BODY_LENGTH - 1]}…"


def _delivery(place: int, address: str, result: Any) -> Delivery:
    scheme, _, rest = address.partition("://")
    to = f"address {place + 1}" + (f" ({scheme}://…)" if rest else "")
    if result is None:
        return Delivery(to, False, "Apprise knows no such URL")
    return Delivery(to, True, None if result else _fault(result, rest))


def _fault(result: Any, rest: str) -> str:
    """Return Apprise's last message about an address, without any part of the address."""
    messages = [entry.message.rstrip(".") for entry in result.logs()] or ["it was not accepted"]
    secrets = {part for part in re.split(r"[\s/:@?&=#,;]+", f"{rest} {unquote(rest)}") if len(part) > 2}
    # The longest first: one may be a part of another.
    words = "|".join(sorted(map(re.escape, secrets), key=len, reverse=True))
    return re.sub(words, "…", messages[-1], flags=re.IGNORECASE) if words else messages[-1]
