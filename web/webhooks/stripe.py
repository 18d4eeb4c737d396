"""Stripe's webhooks: verified on the raw bytes, kept once by event id."""

from fastapi import APIRouter, HTTPException, Request, Response

from connectors.stripe.signature import SIGNATURE_HEADER, BadSignature, verified_event
from domain.inbox import Hook
from web.webhooks.receiving import WebhookDeps, body_of, empty, keep, secret_of


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
        return empty(await keep(deps, Hook.STRIPE, verified.id, location, raw))

    return routes
