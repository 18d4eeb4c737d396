"""The official Stripe SDK on our own wire, and what its errors mean.

The SDK makes a random idempotency key and retries twice by itself; here it does neither: keys are ours, and
whoever calls decides about a retry.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import stripe
from stripe import HTTPClient, StripeClient

from connectors.errors import (
    Ambiguous,
    AuthFailed,
    Conflict,
    ConnectorError,
    Declined,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RateLimited,
    Unavailable,
)
from connectors.http import Wire, retry_after

VENDOR = "Stripe"

_BUSY = frozenset({"idempotency_key_in_use", "lock_timeout"})
_STATE_REFUSALS = frozenset(
    {
        "charge_already_refunded",
        "charge_disputed",
        "payment_intent_unexpected_state",
        "setup_intent_unexpected_state",
        "payment_method_unactivated",
    }
)


class StripeWire(HTTPClient):
    """Sends the SDK's requests once each; a broken line is a connector error."""

    name = "chairtime"

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        path = url.removeprefix(self._wire.base_url)
        response = self._wire.send(method.upper(), path, headers=headers, content=post_data)
        if "json" not in response.headers.get("Content-Type", ""):
            self._refuse(method, path, response)
        return response.text, response.status_code, response.headers

    def _refuse(self, method: str, path: str, response: httpx.Response) -> None:
        """An answer without JSON is not Stripe's own (a gateway's, say): only its status counts."""
        error = self._wire.failure(method, path, response)
        if error is not None:
            raise error

    def close(self) -> None:
        self._wire.close()


def stripe_client(wire: Wire, secret_key: str) -> StripeClient:
    return StripeClient(
        secret_key,
        base_addresses={"api": wire.base_url},
        http_client=StripeWire(wire),
        max_network_retries=0,
    )


@contextmanager
def stripe_errors(call: str, *, write: bool) -> Iterator[None]:
    """Turn the SDK's errors into ours. The vendor's words are dropped: only codes and ids are kept."""
    try:
        yield
    except stripe.StripeError as error:
        raise translated(error, call, write=write) from None


def translated(error: stripe.StripeError, call: str, *, write: bool) -> ConnectorError:
    code = error.code or ""
    message = f"{VENDOR}: {call}: {code or error.http_status or 'no answer'} ({error.request_id or 'no request id'})"
    if isinstance(error, stripe.CardError):
        return Declined(message, code=_decline_code(error))
    if isinstance(error, stripe.RateLimitError) or code in _BUSY:
        return RateLimited(message, retry_after=retry_after(error.headers or {}), code=code)
    if isinstance(error, stripe.AuthenticationError):
        return AuthFailed(f"{message}; check payments.secret_key", code=code)
    if isinstance(error, stripe.PermissionError):
        return PermissionDenied(message, code=code)
    if isinstance(error, stripe.IdempotencyError) or code in _STATE_REFUSALS:
        return Conflict(message, code=code)
    if isinstance(error, stripe.InvalidRequestError):
        return _invalid(error, message, code)
    return Ambiguous(message, code=code) if write else Unavailable(message, code=code)


def _invalid(error: stripe.InvalidRequestError, message: str, code: str) -> ConnectorError:
    if error.http_status == 404 or code == "resource_missing":
        return NotFound(message, code=code)
    return InvalidRequest(f"{message}, parameter {error.param}" if error.param else message, code=code)


def _decline_code(error: stripe.CardError) -> str:
    """The bank's reason when there is one ("insufficient_funds"), else Stripe's code ("authentication_required")."""
    if error.code == "authentication_required":
        return error.code
    return str(getattr(error.error, "decline_code", None) or error.code or "card_declined")
