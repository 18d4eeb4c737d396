"""Handles what webhooks stored: replies, delivery news, payments, and hints from the PMS.

A row is handled until it succeeds; every handler may run twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from domain.inbox import Delivery, Hook
from domain.records import FAILED_TEXT_STATES, InboundText, TextRecord, TextState
from loops.delivery import FailedTexts
from loops.deposit_events import DepositEvents
from loops.plan_events import PlanEvents
from loops.ports import Clock, Inbox, InboxRow, Outbox
from loops.replies import Replies
from workflows.gateway import CaseGone, Gateway

log = structlog.get_logger(__name__)

_TEXT_STATES = {
    "accepted": TextState.SENT,
    "queued": TextState.SENT,
    "sending": TextState.SENT,
    "sent": TextState.SENT,
    "delivered": TextState.DELIVERED,
    "undelivered": TextState.UNDELIVERED,
    "failed": TextState.FAILED,
    "canceled": TextState.FAILED,
}


class InboxLoop:
    name = "inbox"
    every = 1.0

    def __init__(
        self,
        inbox: Inbox,
        outbox: Outbox,
        failed: FailedTexts,
        deposits: DepositEvents,
        replies: Replies,
        gateway: Gateway,
        hint: Callable[[str], None],
        clock: Clock,
        plans: PlanEvents,
    ) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._failed = failed
        self._deposits = deposits
        self._replies = replies
        self._gateway = gateway
        self._hint = hint
        self._clock = clock
        self._plans = plans

    async def step(self) -> None:
        """Each phone's texts in their order, but no phone waits for another: a choice may take half a minute while the
        PMS is slow, and the next text may be an emergency."""
        turns: dict[str, list[InboxRow]] = {}
        for row in await asyncio.to_thread(self._inbox.unhandled):
            turns.setdefault(_phone(row), []).append(row)
        await asyncio.gather(*(self._in_turn(rows) for rows in turns.values()))

    async def _in_turn(self, rows: Sequence[InboxRow]) -> None:
        for row in rows:
            await self._handle(row)

    async def _handle(self, row: InboxRow) -> None:
        handlers: dict[Hook, Callable[[Delivery, datetime], Awaitable[None]]] = {
            Hook.TWILIO_INBOUND: self._inbound,
            Hook.TWILIO_STATUS: self._status,
            Hook.STRIPE: self._payment_event,
            Hook.OPENDENTAL: self._pms_event,
        }
        try:
            delivery = Delivery.model_validate_json(row.body)
            await handlers[Hook(row.source)](delivery, row.received_at)
        except Exception as fault:
            log.warning(
                "an inbox row failed, kept", source=row.source, external_id=row.external_id, error=type(fault).__name__
            )
            await asyncio.to_thread(
                self._inbox.mark_failed, row.source, row.external_id, f"{type(fault).__name__}: {fault}"
            )
        else:
            await asyncio.to_thread(self._inbox.mark_handled, row.source, row.external_id, self._clock.now())

    async def _inbound(self, delivery: Delivery, received_at: datetime) -> None:
        form = delivery.form()
        text = InboundText(
            sid=form["MessageSid"],
            sender=form["From"],
            recipient=form["To"],
            body=form.get("Body", ""),
            received_at=received_at,
        )
        await self._replies.take(delivery.location, text)

    async def _status(self, delivery: Delivery, received_at: datetime) -> None:
        form = delivery.form()
        text = await asyncio.to_thread(self._text_of, delivery.query.get("ob", ""), form.get("MessageSid", ""))
        if text is None:
            log.info("delivery news of no text of ours", location=delivery.location)
            return
        state = _TEXT_STATES.get(form.get("MessageStatus", ""))
        if state is None:
            return
        sid, code = form.get("MessageSid", ""), form.get("ErrorCode", "")
        await asyncio.to_thread(self._outbox.settle, text.id, state, sid=sid, error_code=code, at=received_at)
        settled = await asyncio.to_thread(self._outbox.get, text.id)
        if settled is not None and settled.state in FAILED_TEXT_STATES and settled.told_at is None:
            await self._failed.tell(settled)

    async def _payment_event(self, delivery: Delivery, _received_at: datetime) -> None:
        event = delivery.event()
        if not await self._plans.take(event):
            await self._deposits.take(event)

    async def _pms_event(self, delivery: Delivery, _received_at: datetime) -> None:
        """A hint only: the feeds are read sooner."""
        self._hint(delivery.location)

    def _text_of(self, text_id: str, sid: str) -> TextRecord | None:
        return (self._outbox.get(text_id) if text_id else None) or self._outbox.by_sid(sid)

    async def _quietly(self, told: Awaitable[None]) -> None:
        """An ended case needs not hear it."""
        try:
            await told
        except CaseGone:
            log.info("the case had ended")


def _phone(row: InboxRow) -> str:
    """Who wrote it; "" for all that is no patient's text, which is taken one by one."""
    if row.source != Hook.TWILIO_INBOUND:
        return ""
    try:
        return Delivery.model_validate_json(row.body).form().get("From", "")
    except ValueError:
        return ""
