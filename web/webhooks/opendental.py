"""Open Dental's events. They carry no signature, no time and no id: only the customer key, and our own secret path."""

import hmac
from hashlib import sha256

from fastapi import APIRouter, HTTPException, Request, Response

from domain.inbox import Hook
from web.webhooks.receiving import WebhookDeps, body_of, empty, keep, secret_of


def router(deps: WebhookDeps) -> APIRouter:
    routes = APIRouter(prefix="/webhooks/opendental")

    @routes.post("/{location}/{token}")
    async def event(location: str, token: str, request: Request) -> Response:
        """Rows that changed: a hint to read them again. The same rows of the same kind are kept once."""
        key = await secret_of(deps, location, "pms", "opendental", "customer_key")
        right_path = hmac.compare_digest(token.encode(), path_token(location, key).encode())
        right_key = hmac.compare_digest(request.headers.get("Authorization", "").encode(), key.encode())
        if not (right_path and right_key):
            raise HTTPException(403)
        raw = await body_of(request)
        kind = request.headers.get("Event-Type", "")
        name = sha256(b"\n".join((location.encode(), kind.encode(), raw))).hexdigest()
        return empty(await keep(deps, Hook.OPENDENTAL, name, location, raw, event_type=kind))

    return routes


def path_token(location: str, customer_key: str) -> str:
    """The part of the address that nobody can guess; made from the key, so that nothing more has to be kept."""
    return hmac.new(customer_key.encode(), f"chairtime events {location}".encode(), sha256).hexdigest()[:32]


def event_path(location: str, customer_key: str) -> str:
    """Where a location's Open Dental is asked to send its events, below the public address."""
    return f"/webhooks/opendental/{location}/{path_token(location, customer_key)}"
