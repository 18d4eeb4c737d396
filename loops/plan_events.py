"""What the card processor's webhooks mean for payment plans; the processor itself is always asked before we believe."""

import asyncio
from collections.abc import Mapping
from typing import Any

from connectors.base import Vendors
from domain.money import format_usd
from domain.plan_records import PLAN_ID, Collection
from loops.plan_ports import Collections, Door, Money, Plans, TaskAsker, TaskCloser

_FINISHED = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
_REFUNDS = frozenset({"charge.refunded", "refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
_DISPUTES = frozenset(
    {
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    }
)


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
        tasks_done: TaskCloser,
    ) -> None:
        self._plans = plans
        self._collections = collections
        self._money = money
        self._vendors = vendors
        self._door = door
        self._ask_person = ask_person
        self._tasks_done = tasks_done

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
        news = self._money.look_at_returns(row)
        if news < 0:
            why = (
                f"A refund of {format_usd(-news)} of the payment of {row.day} ({row.id}) failed at the payer's bank; "
                "the money is here again and counts on the plan. Give it back another way"
            )
            self._ask_person(row.plan_id, "plan_refund_failed", why, f"{row.id}:{row.refunded_cents}")

    def _disputed(self, row: Collection) -> None:
        """Events come in any order and more than once: the processor says how the dispute stands now."""
        dispute = self._vendors.payments(row.location).dispute(row.payment_id)
        if dispute is None:
            return
        paid = f"{format_usd(dispute.amount_cents)} of {row.day}"
        if dispute.standing == "open":
            self._money.disputed(row)
            why = f"The payer disputes the payment of {paid} with their bank; no card is charged until you say so"
            self._ask_person(row.plan_id, "plan_dispute", why, row.id)
        elif dispute.standing == "won":
            self._won(row, paid)
        else:
            self._lost(row, paid)

    def _won(self, row: Collection, paid: str) -> None:
        self._money.dispute_won(row)
        self._tasks_done(row.plan_id, "the bank decided for the practice", row.id)
        why = (
            f"The bank decided for the practice: the payment of {paid} counts again. Speak with the payer, then let "
            "the card go on at the plan"
        )
        self._ask_person(row.plan_id, "plan_dispute_won", why, f"{row.id}:won")

    def _lost(self, row: Collection, paid: str) -> None:
        self._money.dispute_lost(row)
        self._tasks_done(row.plan_id, "the bank decided for the payer", row.id)
        why = (
            f"The bank gave the payment of {paid} back to the payer (payment {row.id}). It is off the plan and due "
            "again; no card is charged until you say so, and never again for this amount by itself. Enter it in the "
            "practice management system"
        )
        self._ask_person(row.plan_id, "plan_dispute_lost", why, f"{row.id}:lost")
