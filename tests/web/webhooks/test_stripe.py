"""Stripe's events: signed over the raw bytes, kept once by id."""

import hmac
import json
from datetime import datetime, timedelta
from hashlib import sha256

import httpx
import pytest

from db.stores.inbox import InboxStore
from tests.web.webhooks.conftest import NOW, STRIPE_SECRET, Bell

PATH = "/webhooks/stripe/boise"
EVENT = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "created": 1790000000,
        "data": {
            "object": {
                "id": "cs_1",
                "client_reference_id": "dep_1",
                "payment_intent": "pi_1",
                "customer_details": {"name": "Ann Example", "email": "ann@example.test"},
                "payment_method_details": {"card": {"brand": "visa", "last4": "4242"}},
            }
        },
    },
    indent=2,
).encode()


def signed(body: bytes, secret: str = STRIPE_SECRET, at: datetime = NOW) -> dict[str, str]:
    stamp = int(at.timestamp())
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
    return {"Stripe-Signature": f"t={stamp},v1={mac}"}


async def test_an_event_is_kept_once_without_the_card(web: httpx.AsyncClient, inbox: InboxStore, bell: Bell) -> None:
    for _ in range(2):
        assert (await web.post(PATH, content=EVENT, headers=signed(EVENT))).status_code == 204
    [row] = inbox.unhandled()
    assert (row.source, row.external_id) == ("stripe", "evt_1")
    kept = json.loads(json.loads(row.body)["raw"])
    assert (kept["id"], kept["type"]) == ("evt_1", "checkout.session.completed")
    assert kept["data"]["object"] == {"id": "cs_1", "client_reference_id": "dep_1", "payment_intent": "pi_1"}
    for word in ("4242", "visa", "Ann", "example.test"):
        assert word not in row.body
    assert bell.rings == 2


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (signed(EVENT, "whsec_other"), EVENT),
        (signed(EVENT), EVENT.replace(b"dep_1", b"dep_2")),
        (signed(EVENT, at=NOW - timedelta(minutes=6)), EVENT),
        (signed(EVENT, at=NOW + timedelta(minutes=6)), EVENT),
        ({}, EVENT),
        (signed(b"[]"), b"[]"),
    ],
    ids=["wrong secret", "changed body", "too old", "from the future", "unsigned", "no event"],
)
async def test_what_is_not_surely_from_stripe_and_from_now_is_refused(
    web: httpx.AsyncClient, inbox: InboxStore, headers: dict[str, str], body: bytes
) -> None:
    assert (await web.post(PATH, content=body, headers=headers)).status_code == 400
    assert not inbox.unhandled()


async def test_without_a_secret_the_address_does_not_exist(web: httpx.AsyncClient, inbox: InboxStore) -> None:
    answer = await web.post("/webhooks/stripe/mute", content=EVENT, headers=signed(EVENT, ""))
    assert answer.status_code == 404
    assert not inbox.unhandled()
