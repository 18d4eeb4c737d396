"""Lets go of holds that nobody ends any more, and asks Stripe about deposits whose event never came."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from connectors.errors import ConnectorError
from domain.records import DepositRecord, DepositState
from loops.ports import Clock, Deposits, Holds
from loops.waiting import Waiting

ASK_AFTER = timedelta(minutes=2)
"""A payment's event comes within seconds; later than this we ask ourselves."""
GIVE_UP_AFTER = timedelta(hours=1)
"""A deposit that never got its Checkout by then gets none: the patient chose anew, or a person has it."""

log = structlog.get_logger(__name__)


class HoldsLoop:
    name = "holds"
    every = 30.0

    def __init__(
        self,
        holds: Holds,
        deposits: Deposits,
        note_paid: Callable[[DepositRecord], Awaitable[None]],
        clock: Clock,
        waiting: Waiting,
    ) -> None:
        self._waiting = waiting
        self._live: Mapping[str, str] = {}
        self._holds = holds
        self._deposits = deposits
        self._note_paid = note_paid
        self._clock = clock

    async def step(self) -> None:
        now = self._clock.now()
        swept = await asyncio.to_thread(self._holds.sweep, now)
        if swept:
            log.info("holds swept", count=swept)
        await self._tell_waiting()
        for deposit in await asyncio.to_thread(self._deposits.in_state, DepositState.REQUESTED):
            if not deposit.checkout_id and now - deposit.created_at >= GIVE_UP_AFTER:
                await asyncio.to_thread(self._deposits.settle, deposit.id, DepositState.EXPIRED, {})
            elif now - deposit.created_at >= ASK_AFTER:
                await self._ask(deposit)

    async def _tell_waiting(self) -> None:
        """A hold of the last round that ended without a booking gave its chair back. Who is missed by a restart of
        this process looks again by itself, within hours."""
        before, self._live = self._live, await asyncio.to_thread(self._holds.live)
        ended = [hold_id for hold_id in before if hold_id not in self._live]
        if ended:
            released = await asyncio.to_thread(self._holds.released, ended)
            for budget in sorted({before[hold_id] for hold_id in released}):
                await self._waiting.tell_records(budget, "a held chair was freed")

    async def _ask(self, deposit: DepositRecord) -> None:
        """Neither a vendor that is down nor a location that was taken away keeps the other deposits waiting."""
        try:
            await self._note_paid(deposit)
        except (ConnectorError, KeyError) as fault:
            log.warning("a deposit waits for its vendor", external_id=deposit.id, error=type(fault).__name__)
