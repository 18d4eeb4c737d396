"""How every webhook is taken: genuine or refused, stored as it came, and only then answered.

Nothing else is done here: the inbox loop handles the rows (``domain.inbox.Delivery``).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import structlog
from fastapi import HTTPException, Request, Response
from starlette.background import BackgroundTask

from domain.inbox import Delivery, Hook
from domain.location import Location

MOST_BYTES = 5_000_000
"""Open Dental posts up to 1,000 rows at once; anything bigger than this is not a vendor's."""

log = structlog.get_logger(__name__)


class Clock(Protocol):
    def now(self) -> datetime: ...


class Locations(Protocol):
    def get(self, key: str) -> Location:
        """KeyError for an unknown location."""
        ...


class Inbox(Protocol):
    def add(self, source: str, external_id: str, body: str, received_at: datetime) -> bool: ...


class VendorSecrets(Protocol):
    def secret(self, location: str, role: Literal["pms", "messaging", "payments"], name: str) -> str:
        """A resolved key of a vendor block, "" when the file has none."""
        ...


@dataclass(frozen=True, slots=True)
class WebhookDeps:
    """``clock`` stamps the rows; ``real_now`` judges signatures, whose times are real also in the demo.

    ``public_url`` is the address that the vendors call, as they know it. ``wake`` runs after the answer is sent.
    """

    inbox: Inbox
    locations: Locations
    secrets: VendorSecrets
    clock: Clock
    real_now: Callable[[], datetime]
    public_url: str
    wake: Callable[[], None]


async def body_of(request: Request) -> bytes:
    """The raw body. Raises 413 as soon as it is longer than any vendor's."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, "this is longer than any webhook that we expect")
    return bytes(body)


async def secret_of(
    deps: WebhookDeps, location: str, role: Literal["pms", "messaging", "payments"], kind: str, name: str
) -> str:
    """The key that a webhook must prove it knows. Raises 404 when this location has no such vendor or no key.

    An empty key switches the address off: it is never taken as "no check".
    """
    try:
        blocks = deps.locations.get(location)
    except KeyError:
        raise HTTPException(404) from None
    if {"pms": blocks.pms, "messaging": blocks.messaging, "payments": blocks.payments}[role].kind != kind:
        raise HTTPException(404)
    secret = await asyncio.to_thread(deps.secrets.secret, location, role, name)
    if not secret:
        log.warning("webhook refused: no secret is set", location=location, vendor=kind, secret=name)
        raise HTTPException(404)
    return secret


async def keep(
    deps: WebhookDeps,
    source: Hook,
    external_id: str,
    location: str,
    raw: bytes,
    *,
    query: Mapping[str, str] | None = None,
    event_type: str = "",
) -> BackgroundTask:
    """Store the webhook; repeats are stored once. Returns what wakes the inbox loop, to ride on the answer."""
    delivery = Delivery(
        location=location, raw=raw.decode("utf-8", "replace"), query=dict(query or {}), event_type=event_type
    )
    body = delivery.model_dump_json()
    new = await asyncio.to_thread(deps.inbox.add, source.value, external_id, body, deps.clock.now())
    log.info("webhook stored" if new else "webhook seen before", source=source.value, location=location)
    return BackgroundTask(deps.wake)


def empty(answer_after: BackgroundTask) -> Response:
    return Response(status_code=204, background=answer_after)
