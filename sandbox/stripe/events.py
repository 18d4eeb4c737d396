"""Events: one row for each thing that happened, and a signed webhook to the configured endpoint."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import stripe

from sandbox.stripe.account import Account
from sandbox.stripe.ledger import StripeObject

RETRY_AFTER_SECONDS = (5, 60, 300, 1800, 7200, 18_000, 36_000, 43_200, 43_200, 43_200, 43_200)
"""Pauses between attempts, about three days in all as in live mode; they run on the practice's clock."""


def emit(account: Account, kind: str, item: StripeObject, previous: Mapping[str, Any] | None = None) -> StripeObject:
    """Record an event with a snapshot of the object and send it to the webhook endpoint, if one is configured."""
    url = account.config("webhook_url")
    data: dict[str, Any] = {"object": public(item)}
    if previous is not None:
        data["previous_attributes"] = dict(previous)
    event = account.new(
        "event",
        "evt_",
        api_version=stripe.api_version,
        data=data,
        pending_webhooks=1 if url else 0,
        request={"id": account.request_id, "idempotency_key": account.idempotency_key},
        type=kind,
    )
    account.ledger.put(event)
    if url:
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (sandbox)"}
        body = json.dumps(event, indent=2).encode()
        account.state.delivery.enqueue("stripe", url, body, headers, retry_after_seconds=RETRY_AFTER_SECONDS)
    return event


def public(value: Any) -> Any:
    """What a client may see: members whose names begin with an underscore are the look-alike's own."""
    if isinstance(value, dict):
        return {key: public(member) for key, member in value.items() if not key.startswith("_")}
    return [public(each) for each in value] if isinstance(value, list) else value


def signature(secret: str, body: bytes, timestamp: int) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 over `t.body` (docs.stripe.com/webhooks, manual verification)."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def signer(account: Account) -> Callable[[str, bytes], Mapping[str, str]]:
    """Signs each attempt with the real time, as receivers compare it with their own clock."""

    def sign(_url: str, body: bytes) -> Mapping[str, str]:
        return {"Stripe-Signature": signature(account.webhook_secret, body, int(time.time()))}

    return sign
