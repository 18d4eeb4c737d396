"""A running sandbox, the official Stripe client pointed at it, and a receiver for its webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from sandbox.settings import STRIPE_SECRET_KEY
from tests.sandbox.vendor_server import START, Box, Receiver, Stage, running_box, running_receiver

GOOD, DECLINED, NO_FUNDS, ASKS = "4242424242424242", "4000000000000002", "4000000000009995", "4000000000003220"
NOW = int(START.timestamp())


def client_for(box: Box, key: str = STRIPE_SECRET_KEY) -> stripe.StripeClient:
    """The SDK with nothing changed but the address; retries off, so that a test sees each answer."""
    return stripe.StripeClient(key, base_addresses={"api": f"{box.url}/stripe"}, max_network_retries=0)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage().open() as running:
        yield running


@pytest.fixture
def box(stage: Stage, tmp_path: Path) -> Iterator[Box]:
    with running_box(stage, tmp_path) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture
def client(box: Box) -> stripe.StripeClient:
    return client_for(box)


def deposit(cents: int = 50_000, **more: Any) -> Any:
    """The parameters of a Checkout Session; untyped, as some tests give wrong ones."""
    return {
        "mode": "payment",
        "success_url": "https://practice.test/paid?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://practice.test/back",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": cents,
                    "product_data": {"name": "Appointment deposit"},
                },
            }
        ],
        **more,
    }


def paid_intent(box: Box, client: stripe.StripeClient, cents: int = 50_000) -> str:
    """The PaymentIntent of a deposit that was paid on the pay page."""
    session = client.v1.checkout.sessions.create(deposit(cents))
    report = box.post("stripe/pay", session=session.id)
    assert report["payment_status"] == "paid"
    return str(report["payment_intent"])


def event_types(client: stripe.StripeClient) -> list[str]:
    """Every event so far, oldest first."""
    return [event.type for event in reversed(client.v1.events.list({"limit": 100}).data)]


def plain(metadata: stripe.StripeObject | None) -> dict[str, Any]:
    """Metadata as a dictionary; the SDK's own object is equal to none."""
    return metadata.to_dict() if metadata else {}
