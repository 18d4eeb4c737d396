"""Stripe's error bodies: `{"error": {type, code, message, param, ...}}` with the HTTP status that goes with them."""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """A refusal as Stripe words it.

    `status` is the HTTP status; `fields` are the members of the `error` object besides `type` and `message`.
    """

    def __init__(self, status: int, kind: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.fields = {key: value for key, value in fields.items() if value is not None}

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        return {"error": {"type": self.kind, "message": str(self), **self.fields}}


class ParameterError(StripeError):
    """A request that Stripe refuses before it starts to execute; not kept under an idempotency key."""


def invalid(message: str, *, code: str | None = None, param: str | None = None) -> StripeError:
    """400 `invalid_request_error` that arises while the request executes (a wrong state, an amount too large)."""
    return StripeError(400, "invalid_request_error", message, code=code, param=param)


def bad_parameter(message: str, *, code: str | None = None, param: str | None = None) -> ParameterError:
    """400 `invalid_request_error` that arises while the parameters are read."""
    return ParameterError(400, "invalid_request_error", message, code=code, param=param)


def missing_resource(kind: str, object_id: str, param: str) -> StripeError:
    """404 for a path id (`param` is "id" or the path name), in Stripe's wording."""
    message = f"No such {kind.replace('.', ' ')}: '{object_id}'"
    return StripeError(404, "invalid_request_error", message, code="resource_missing", param=param)


def unauthorized(key: str | None) -> StripeError:
    """401 for a missing or unknown API key; the key is masked as Stripe masks it."""
    if not key:
        return StripeError(401, "invalid_request_error", "You did not provide an API key.")
    masked = f"{key[:8]}{'*' * 8}{key[-4:]}"
    return StripeError(401, "invalid_request_error", f"Invalid API Key provided: {masked}")


def unknown_url(method: str, path: str) -> StripeError:
    """404 for a method and path this look-alike (or Stripe) does not have."""
    return StripeError(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")
