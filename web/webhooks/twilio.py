"""Twilio's webhooks: texts from patients, and what became of texts to them."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request, Response

from connectors.twilio.signature import SIGNATURE_HEADER, is_genuine
from domain.inbox import Hook
from web.webhooks.receiving import WebhookDeps, body_of, empty, keep, secret_of

_NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def router(deps: WebhookDeps) -> APIRouter:
    routes = APIRouter(prefix="/webhooks/twilio")

    @routes.post("/inbound/{location}")
    async def inbound(location: str, request: Request) -> Response:
        """A patient's text. Twilio gets an empty answer: ours goes out as a text of its own."""
        raw, form = await _genuine(deps, location, request)
        wake = await keep(deps, Hook.TWILIO_INBOUND, _field(form, "MessageSid"), location, raw)
        return Response(_NO_REPLY, media_type="text/xml", background=wake)

    @routes.post("/status/{location}")
    async def status(location: str, request: Request) -> Response:
        """A delivery callback; ``ob`` in the address is the outbox row that we sent."""
        raw, form = await _genuine(deps, location, request)
        name = f"{_field(form, 'MessageSid')}+{_field(form, 'MessageStatus')}"
        return empty(await keep(deps, Hook.TWILIO_STATUS, name, location, raw, query=dict(request.query_params)))

    return routes


async def _genuine(deps: WebhookDeps, location: str, request: Request) -> tuple[bytes, dict[str, str]]:
    """The body and its fields, all of which Twilio signed. Raises 403 for anything else."""
    token = await secret_of(deps, location, "messaging", "twilio", "auth_token")
    raw = await body_of(request)
    form = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    query = f"?{request.url.query}" if request.url.query else ""
    address = f"{deps.public_url.rstrip('/')}{request.url.path}{query}"
    if not is_genuine(token, address, form, request.headers.get(SIGNATURE_HEADER, "")):
        raise HTTPException(403, "the signature does not fit; check auth_token and CHAIRTIME_PUBLIC_URL")
    return raw, form


def _field(form: dict[str, str], name: str) -> str:
    if not form.get(name):
        raise HTTPException(400, f"the field {name} is missing")
    return form[name]
