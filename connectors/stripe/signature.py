"""Whether a webhook really comes from Stripe, and the event in it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from stripe import SignatureVerificationError, WebhookSignature

SIGNATURE_HEADER = "Stripe-Signature"
TOLERANCE_SECONDS = 300


class BadSignature(Exception):
    """Not from Stripe, or not from now. Answer 400 and keep nothing."""


class StripeEvent(BaseModel):
    """A verified event; ``object`` is the thing it is about, as Stripe sent it: a hint, read it again."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: str
    created: int
    data: Mapping[str, Any]

    @property
    def object(self) -> Mapping[str, Any]:
        found = self.data.get("object")
        return found if isinstance(found, Mapping) else {}


def verified_event(body: bytes, header: str, secret: str, now: datetime) -> StripeEvent:
    """The event of a webhook's raw bytes. Raises BadSignature.

    ``now`` is real time, not the demo's. The SDK refuses old stamps only; a stamp too far ahead is refused here too.
    """
    if not secret or not header:
        raise BadSignature("the webhook secret or the signature is missing")
    try:
        WebhookSignature.verify_header(body, header, secret, None)
        event = StripeEvent.model_validate(json.loads(body))
    except SignatureVerificationError as refused:
        raise BadSignature("the signature does not fit the body") from refused
    except (ValueError, ValidationError) as broken:
        raise BadSignature("the body is no Stripe event") from broken
    if abs(now.timestamp() - _stamp(header)) > TOLERANCE_SECONDS:
        raise BadSignature(f"the signature's time is more than {TOLERANCE_SECONDS} s off")
    return event


def _stamp(header: str) -> int:
    """The ``t=`` of a header that was verified, so it is there."""
    return next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
