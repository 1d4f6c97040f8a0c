"""What the quality gate says of hostile values."""

import pytest

from include.pipeline.core.errors import DeliveryRefused
from include.pipeline.core.settings import settings
from include.pipeline.quality.validate import validate
from tests.pipeline.quality.conftest import EVENTS, RUN_ID, Deliver, deliver, event, use_warehouse

__all__ = ["deliver", "use_warehouse"]

STRANGERS = ("S" * 1_000_000, "\x1b[2J\u202eS", "<script>alert(1)</script>", "{batch} {{ x }} $HOME")


def test_a_refusal_can_be_read(deliver: Deliver) -> None:
    """The ids that it names are cut where they are long, and no screen obeys them."""
    strangers = [event(f"x-{place}", "booking_requested", text) for place, text in enumerate(STRANGERS)]
    deliver(events=[*EVENTS, *strangers])
    with pytest.raises(DeliveryRefused) as refusal:
        validate(RUN_ID)
    message = str(refusal.value)
    assert "user_id: " + "S" * 60 + "…, \\x1b[2J\\u202eS, <script>alert(1)</script>, {batch}" in message
    assert len(message) < 1_000
    page = (settings().quality_dir / "latest.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page and "<script" not in page
