"""Stripe's webhooks: verified on the raw bytes, kept once by event id, without what they say of the card."""

import json

from fastapi import APIRouter, HTTPException, Request, Response

from connectors.stripe.signature import SIGNATURE_HEADER, BadSignature, StripeEvent, verified_event
from domain.inbox import Hook
from web.webhooks.receiving import WebhookDeps, body_of, empty, keep, secret_of

_KEPT = ("id", "object", "client_reference_id", "payment_intent", "charge", "status", "payment_status", "mode")
"""Of the object an event is about. Its card, addresses and names are never stored."""


def router(deps: WebhookDeps) -> APIRouter:
    routes = APIRouter(prefix="/webhooks/stripe")

    @routes.post("/{location}")
    async def event(location: str, request: Request) -> Response:
        """An event is a hint: whoever handles it reads the object again."""
        secret = await secret_of(deps, location, "payments", "stripe", "webhook_secret")
        raw = await body_of(request)
        try:
            verified = verified_event(raw, request.headers.get(SIGNATURE_HEADER, ""), secret, deps.real_now())
        except BadSignature as refused:
            raise HTTPException(400, str(refused)) from None
        return empty(await keep(deps, Hook.STRIPE, verified.id, location, without_card(verified)))

    return routes


def without_card(event: StripeEvent) -> bytes:
    """The event with its ids and states only; whoever handles it reads the object again at Stripe."""
    about = {name: event.object[name] for name in _KEPT if isinstance(event.object.get(name), str)}
    said = {"id": event.id, "type": event.type, "created": event.created, "data": {"object": about}}
    return json.dumps(said).encode()
