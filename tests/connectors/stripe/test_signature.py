"""Whether a webhook comes from Stripe, and from now."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from stripe import WebhookSignature

from connectors.stripe.signature import BadSignature, verified_event

SECRET = "whsec_test"
NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "created": 1795284000,
    "data": {"object": {"id": "cs_1", "payment_status": "paid"}},
}
BODY = json.dumps(EVENT).encode()


def header(at: datetime = NOW, body: bytes = BODY, secret: str = SECRET) -> str:
    return str(WebhookSignature.generate_signature_header(body.decode(), secret, int(at.timestamp())))


def test_a_genuine_event() -> None:
    event = verified_event(BODY, header(), SECRET, NOW)
    assert (event.id, event.type, event.object["id"]) == ("evt_1", "checkout.session.completed", "cs_1")


@pytest.mark.parametrize("off", [timedelta(seconds=-301), timedelta(seconds=301), timedelta(days=1)])
def test_a_stamp_that_is_off_is_refused_in_both_directions(off: timedelta) -> None:
    with pytest.raises(BadSignature, match="off"):
        verified_event(BODY, header(NOW + off), SECRET, NOW)


@pytest.mark.parametrize("off", [timedelta(seconds=-299), timedelta(seconds=299)])
def test_small_clock_differences_pass(off: timedelta) -> None:
    assert verified_event(BODY, header(NOW + off), SECRET, NOW).id == "evt_1"


def test_forgeries() -> None:
    cases = [
        (BODY + b" ", header(), SECRET),
        (BODY, header(secret="whsec_other"), SECRET),
        (BODY, "", SECRET),
        (BODY, "nonsense", SECRET),
        (BODY, header(), ""),
        (b"[]", header(body=b"[]"), SECRET),
        (b"not json", header(body=b"not json"), SECRET),
    ]
    for body, signed, secret in cases:
        with pytest.raises(BadSignature):
            verified_event(body, signed, secret, NOW)
