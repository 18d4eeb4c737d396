"""Starts each location's day of payment plans and every collection; sees pages that were paid without a webhook."""

import asyncio
from datetime import date, datetime, timedelta

import structlog

from connectors.errors import ConnectorError
from domain.location import Location
from domain.plan_records import CollectionState
from loops.plan_ports import Collections, Days, Door, InForce, Locations, Money, TaskAsker
from loops.ports import Clock

_BATCH, _BATCHES = 200, 25
"""A round starts five thousand collections at most, so that other locations have their turn."""

_MEND_EVERY = timedelta(minutes=10)
_COLLECTED_FOR = timedelta(days=130)
"""A workflow of a date listens for 120 days at most."""

_FAILED = "Collecting the payment of {day} broke off and was started again; please see that it comes to its end"

log = structlog.get_logger(__name__)


class PlansLoop:
    """Rows come first, workflows after: whatever dies, the next round starts what is missing."""

    name = "plans"
    every = 15.0

    def __init__(
        self,
        in_force: InForce,
        collections: Collections,
        days: Days,
        money: Money,
        door: Door,
        locations: Locations,
        clock: Clock,
        ask: TaskAsker,
    ) -> None:
        self._in_force = in_force
        self._collections = collections
        self._days = days
        self._money = money
        self._door = door
        self._locations = locations
        self._clock = clock
        self._ask = ask
        self._mend_at: datetime | None = None

    async def step(self) -> None:
        for location in self._locations.all():
            await self._start_day(location)
            await self._start_charges(location)
            await self._see_paid_pages(location)
        if self._mend_at is None or self._clock.now() >= self._mend_at:
            self._mend_at = self._clock.now() + _MEND_EVERY
            for location in self._locations.all():
                await self._start_broken(location)

    async def _start_day(self, location: Location) -> None:
        day = self.day_to_run(location)
        last = await asyncio.to_thread(self._days.last, location.key)
        if last is not None and last.day >= day:
            return
        # A location without a plan in force costs nothing.
        if await asyncio.to_thread(self._in_force.any_in_force, location.key):
            await self._door.start_day(location.key, day)

    def day_to_run(self, location: Location) -> date:
        """Today from the set hour on, else yesterday, which may have been missed; a run catches up all days before."""
        local = self._clock.now().astimezone(location.tz)
        begun = local.time() >= location.payment_plans.collect_at
        return local.date() if begun else local.date() - timedelta(days=1)

    async def _start_charges(self, location: Location) -> None:
        for _ in range(_BATCHES):
            rows = await asyncio.to_thread(self._collections.not_started, location.key, _BATCH)
            for row in rows:
                await self._door.start_charge(row, location.payment_plans.retry_days)
            await asyncio.to_thread(self._collections.mark_started, [row.id for row in rows])
            if len(rows) < _BATCH:
                return

    async def _start_broken(self, location: Location) -> None:
        """Money whose workflow failed is collected again, and a person is asked to look at it."""
        since = self._clock.now().astimezone(location.tz).date() - _COLLECTED_FOR
        for row in await asyncio.to_thread(self._collections.being_collected, location.key, since):
            broke = await self._door.broke(row)
            if broke:
                log.warning("a collection failed and is started again", collection=row.id)
                # The person first: once it runs again nobody sees that it broke.
                await asyncio.to_thread(self._ask, row.plan_id, "plan_stuck", _FAILED.format(day=row.day), row.id)
            if broke or row.state is CollectionState.PAID:
                await self._door.start_again(row, location.payment_plans.retry_days)

    async def _see_paid_pages(self, location: Location) -> None:
        rows = await asyncio.to_thread(self._collections.in_state, location.key, CollectionState.PAYING)
        for row in rows:
            try:
                paid = await asyncio.to_thread(self._money.take_payment, row.id)
            except ConnectorError as down:
                log.warning("a paid page waits for the card processor", error=type(down).__name__)
                return
            if paid:
                await self._door.look_again(row, "paid by page")
