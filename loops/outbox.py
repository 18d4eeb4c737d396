"""Brings every text to a known end: sends what a crash left queued, finds out about what got no answer.

A text whose answer was lost is looked for at the vendor; only when it is surely not there is it sent again, once,
and after that a person has it. A vendor that hides what was written (body redaction) never makes it sure.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from connectors.base import SentText, TextStatus, Vendors
from connectors.errors import ConnectorError
from domain.records import TextRecord, TextState
from loops.delivery import FailedTexts
from loops.ports import Clock, Outbox, Sender

LOOK_AFTER = timedelta(seconds=30)
"""An unanswered send is looked for after this long; the vendor lists it by then."""
RESEND_AFTER = timedelta(minutes=3)
ASK_NEWS_AFTER = timedelta(minutes=15)
ASK_NEWS_FOR = timedelta(days=2)
"""Some carriers never say more than that a text was sent."""
_MOST_ASKED = 100
"""In one round."""
MOST_ATTEMPTS = 2

_STATES = {
    TextStatus.QUEUED: TextState.SENT,
    TextStatus.SENT: TextState.SENT,
    TextStatus.DELIVERED: TextState.DELIVERED,
    TextStatus.UNDELIVERED: TextState.UNDELIVERED,
    TextStatus.FAILED: TextState.FAILED,
}

log = structlog.get_logger(__name__)


class OutboxLoop:
    name = "outbox"
    every = 5.0

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        vendors: Vendors,
        failed: FailedTexts,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._vendors = vendors
        self._failed = failed
        self._clock = clock
        self._asked: dict[str, datetime] = {}
        """By text without news: when the vendor is asked about it again."""

    async def step(self) -> None:
        now = self._clock.now()
        for text in await asyncio.to_thread(self._outbox.queued, now):
            if text.not_before is not None or now - text.created_at >= LOOK_AFTER:
                await self._guarded(text, self._send_queued)
        for text in await asyncio.to_thread(self._outbox.unsure, now, LOOK_AFTER):
            await self._guarded(text, self._reconcile)
        waiting = await asyncio.to_thread(self._outbox.without_news, now - ASK_NEWS_FOR, now - ASK_NEWS_AFTER)
        for text in self._due_for_news(waiting, now):
            await self._guarded(text, self._ask_news)
        await self._failed.tell_all()

    def _due_for_news(self, waiting: Sequence[TextRecord], now: datetime) -> Sequence[TextRecord]:
        """Each is asked about ever more seldom, so that one without news is not in the way of the others."""
        self._asked = {text.id: self._asked[text.id] for text in waiting if text.id in self._asked}
        due = [text for text in waiting if text.id not in self._asked or self._asked[text.id] <= now][:_MOST_ASKED]
        self._asked |= {text.id: now + max(ASK_NEWS_AFTER, (now - (text.sent_at or now)) / 4) for text in due}
        return due

    async def _guarded(self, text: TextRecord, work: Callable[[TextRecord], Awaitable[None]]) -> None:
        """One vendor fault, or a location taken away, must not stop the others; this one is tried in the next round."""
        try:
            await work(text)
        except (ConnectorError, KeyError) as fault:
            log.warning("a text waits for its vendor", text_id=text.id, error=type(fault).__name__)

    async def _send_queued(self, text: TextRecord) -> None:
        await asyncio.to_thread(self._sender.deliver, text.id)

    async def _reconcile(self, text: TextRecord) -> None:
        copies = await asyncio.to_thread(self._copies, text)
        found = next((each for each in copies if each.body == text.body), None)
        if found is not None:
            await self._settle(text, found)
            return
        now = self._clock.now()
        if now - (text.begun_at or text.created_at) < RESEND_AFTER:
            return
        hidden = self._vendors.texting(text.location).hides_bodies or any(not each.body for each in copies)
        if not hidden and text.attempts < MOST_ATTEMPTS and now < text.lapses_at:
            await asyncio.to_thread(self._outbox.settle, text.id, TextState.QUEUED)
            await self._send_queued(text)
            return
        await asyncio.to_thread(self._outbox.settle, text.id, TextState.PERSON, at=now)

    async def _ask_news(self, text: TextRecord) -> None:
        found = await asyncio.to_thread(self._vendors.texting(text.location).fetch, text.sid)
        await self._settle(text, found)

    async def _settle(self, text: TextRecord, found: SentText) -> None:
        state = _STATES[found.status]
        await asyncio.to_thread(
            self._outbox.settle,
            text.id,
            state,
            sid=found.sid,
            error_code=found.error_code,
            at=found.at or self._clock.now(),
        )

    def _copies(self, text: TextRecord) -> list[SentText]:
        """What the vendor has for this phone since we began, and what is no other row's."""
        sent = self._vendors.texting(text.location).sent_to(text.to, text.created_at - timedelta(minutes=1))
        return [each for each in sent if self._is_free(each.sid, text)]

    def _is_free(self, sid: str, text: TextRecord) -> bool:
        owner = self._outbox.by_sid(sid)
        return owner is None or owner.id == text.id
