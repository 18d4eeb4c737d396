"""What the card processor's webhooks mean for payment plans; the processor itself is always asked before we believe."""

import asyncio
from collections.abc import Mapping
from typing import Any

from connectors.base import Vendors
from domain.plan_records import PLAN_ID, Collection
from loops.plan_ports import Collections, Door, Money, Plans, TaskAsker

_FINISHED = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
_REFUNDS = frozenset({"charge.refunded", "refund.created", "refund.updated", "charge.refund.updated"})
_DISPUTES = frozenset({"charge.dispute.created"})


class PlanEvents:
    """Every handler may run twice."""

    def __init__(
        self,
        plans: Plans,
        collections: Collections,
        money: Money,
        vendors: Vendors,
        door: Door,
        ask_person: TaskAsker,
    ) -> None:
        self._plans = plans
        self._collections = collections
        self._money = money
        self._vendors = vendors
        self._door = door
        self._ask_person = ask_person

    async def take(self, event: Mapping[str, Any]) -> bool:
        """True when the event was about a payment plan."""
        thing = event["data"]["object"]
        if event["type"] in _FINISHED:
            return await self._page_finished(str(thing.get("client_reference_id") or ""))
        if event["type"] not in _REFUNDS | _DISPUTES:
            return False
        payment_id = str(thing.get("payment_intent") or "")
        row = await asyncio.to_thread(self._collections.by_payment, payment_id)
        if row is None:
            return False
        await asyncio.to_thread(self._disputed if event["type"] in _DISPUTES else self._refunded, row)
        return True

    async def _page_finished(self, reference: str) -> bool:
        if reference.startswith(PLAN_ID):
            if await asyncio.to_thread(self._plans.find, reference) is None:
                return False
            await asyncio.to_thread(self._money.keep_card, reference)
            for row in await asyncio.to_thread(self._collections.of_plan, reference):
                await self._door.look_again(row, "a card was given")
            return True
        paid = await asyncio.to_thread(self._collections.get, reference)
        if paid is None:
            return False
        if await asyncio.to_thread(self._money.take_payment, paid.id):
            await self._door.look_again(paid, "paid by page")
        return True

    def _refunded(self, row: Collection) -> None:
        back = self._vendors.payments(row.location).refunded_cents(row.payment_id)
        self._money.went_back(row, back)

    def _disputed(self, row: Collection) -> None:
        self._money.disputed(row)
        why = f"The payer disputes the payment of {row.day} with their bank; no card is charged until you say so"
        self._ask_person(row.plan_id, "plan_dispute", why, row.id)
