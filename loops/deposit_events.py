"""What the card processor says of deposits; it is always asked itself before we believe a webhook."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from connectors.base import Vendors
from domain.case import CaseState
from domain.deposit_decisions import DecisionKind
from domain.plan_records import DEPOSIT_USED
from domain.records import CaseRecord, DepositRecord, DepositState
from loops.ports import Cases, Clock, Deposits
from workflows.contracts.case import PersonNeeded
from workflows.contracts.deposit_decision import Decide
from workflows.gateway import CaseGone, Gateway

_PAID = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
_DISPUTE_OPENED = "charge.dispute.created"
_DISPUTES = "charge.dispute."
_REFUND_FAILED = frozenset({"refund.failed", "refund.updated", "charge.refund.updated"})
_DISPUTED = DepositState.DISPUTED
_BY_US = "chairtime"

AskPerson = Callable[[CaseRecord, str, str, str], None]
"""Opens a task about an ended case: the case, the kind, the words, and a key that makes it one task."""

log = structlog.get_logger(__name__)


class DepositEvents:
    """Every handler may run twice, and goes on where one that died stopped."""

    def __init__(
        self, deposits: Deposits, cases: Cases, vendors: Vendors, gateway: Gateway, ask_person: AskPerson, clock: Clock
    ) -> None:
        self._deposits = deposits
        self._cases = cases
        self._vendors = vendors
        self._gateway = gateway
        self._ask_person = ask_person
        self._clock = clock

    async def take(self, event: Mapping[str, Any]) -> None:
        """An event about no deposit of ours is nothing to us."""
        kind, thing = event["type"], event["data"]["object"]
        if kind in _PAID:
            deposit = await asyncio.to_thread(self._deposits.get, thing.get("client_reference_id") or "")
            if deposit is not None:
                await self.note_paid(deposit)
            return
        deposit = await asyncio.to_thread(self._deposits.by_payment, thing.get("payment_intent") or "")
        if deposit is None:
            return
        if kind.startswith(_DISPUTES):
            await self._look_at_dispute(deposit, opened=kind == _DISPUTE_OPENED)
        elif kind in _REFUND_FAILED and thing.get("status") in ("failed", "canceled"):
            await self._refund_failed(deposit, str(thing.get("id") or ""))

    async def note_paid(self, deposit: DepositRecord) -> None:
        """Ask Stripe itself, store it, tell the case; a payment that nothing is booked for is given back."""
        told = (DepositState.REQUESTED, DepositState.EXPIRED, DepositState.PAID)
        if not deposit.checkout_id or deposit.state not in told:
            return
        payments = self._vendors.payments(deposit.location)
        checkout = await asyncio.to_thread(payments.checkout, deposit.checkout_id)
        if not checkout.paid:
            return
        if deposit.state is not DepositState.PAID:
            changes = {"payment_id": checkout.payment_id, "paid_at": self._clock.now()}
            await asyncio.to_thread(self._deposits.settle, deposit.id, DepositState.PAID, changes)
        try:
            await self._gateway.deposit_paid(deposit.case_id, deposit.id)
        except CaseGone:
            await self._paid_after_the_end(deposit)

    async def _paid_after_the_end(self, deposit: DepositRecord) -> None:
        """A booked visit's deposit stands in the ledger, a down payment is the payment plan's; any other goes back."""
        case = await asyncio.to_thread(self._cases.get, deposit.case_id)
        known = await asyncio.to_thread(self._deposits.get, deposit.id)  # the case may have posted it meanwhile
        if known is None or known.note.startswith(DEPOSIT_USED):
            return
        if case.state is CaseState.BOOKED and known.ledger_id:
            return
        said = Decide(
            kind=DecisionKind.REFUND,
            by=_BY_US,
            reason="it was paid after the case had ended",
            command_id=f"late-{deposit.id}",
        )
        answer = await self._gateway.decide_deposit(deposit.case_id, deposit.id, said)
        if answer.refused:
            log.warning("a late payment was not given back", external_id=deposit.id)
            why = f"A deposit was paid after the case had ended and cannot be given back: {answer.refused}"
            await asyncio.to_thread(self._ask_person, case, "deposit", why, f"late-{deposit.id}")

    async def _look_at_dispute(self, deposit: DepositRecord, *, opened: bool) -> None:
        """Events come in any order and more than once: the processor says how the dispute stands now."""
        payments = self._vendors.payments(deposit.location)
        dispute = await asyncio.to_thread(payments.dispute, deposit.payment_id)
        if dispute is None:
            return
        if dispute.standing != "open":
            await self._decided(deposit, dispute.standing)
        elif opened or deposit.state is not _DISPUTED:
            await self._disputed(deposit)

    async def _disputed(self, deposit: DepositRecord) -> None:
        await asyncio.to_thread(self._deposits.settle, deposit.id, DepositState.DISPUTED, {})
        why = (
            "The patient disputes the deposit with their bank. Answer it at the card processor; "
            "nothing is moved meanwhile"
        )
        await self._tell_person(deposit, "dispute", why, f"dispute-{deposit.id}")
        await self._note(deposit.case_id, "disputed", "the deposit is disputed; automation stopped")

    async def _decided(self, deposit: DepositRecord, standing: str) -> None:
        """Won: the deposit is the practice's again. Lost: the bank took it, which the PMS ledger has to learn.

        Told first: one that died between the two is told again, in the same task.
        """
        if standing == "won":
            if deposit.state is not _DISPUTED:
                return
            why = "The bank decided the dispute of the deposit for the practice; the deposit counts again"
            await self._tell_outcome(deposit, standing, why)
            await asyncio.to_thread(self._deposits.move, deposit.id, _DISPUTED, DepositState.PAID, {})
        elif deposit.state is not DepositState.REFUNDED:
            taken = {"refunded_cents": deposit.amount_cents}
            ledger = f"; please reverse payment {deposit.ledger_id} in the ledger" if deposit.ledger_id else ""
            why = f"The bank decided the dispute of the deposit for the patient and took the money back{ledger}"
            await self._tell_outcome(deposit, standing, why)
            await asyncio.to_thread(self._deposits.settle, deposit.id, DepositState.REFUNDED, taken)

    async def _tell_outcome(self, deposit: DepositRecord, standing: str, why: str) -> None:
        await self._tell_person(deposit, "dispute", why, f"dispute-{standing}-{deposit.id}")
        await self._note(deposit.case_id, "dispute", why)

    async def _refund_failed(self, deposit: DepositRecord, refund_id: str) -> None:
        """The money is back with the practice: the patient's account took no refund, so a person finds another way."""
        back = await asyncio.to_thread(self._vendors.payments(deposit.location).refunded_cents, deposit.payment_id)
        counted = {"refunded_cents": back}
        await asyncio.to_thread(self._deposits.move, deposit.id, DepositState.REFUNDED, DepositState.PAID, counted)
        why = "The patient's bank refused the refund of the deposit; please arrange it with the patient"
        await self._tell_person(deposit, "deposit", why, f"refund-{refund_id or deposit.id}")
        await self._note(deposit.case_id, "refund", why)

    async def _tell_person(self, deposit: DepositRecord, kind: str, why: str, key: str) -> None:
        """An open case makes the task itself and pauses; for an ended one it is made here."""
        try:
            await self._gateway.person_needed(deposit.case_id, PersonNeeded(kind=kind, text=why, command_id=key))
        except CaseGone:
            case = await asyncio.to_thread(self._cases.get, deposit.case_id)
            await asyncio.to_thread(self._ask_person, case, kind, why, key)

    async def _note(self, case_id: str, kind: str, text: str) -> None:
        await asyncio.to_thread(self._cases.note, case_id, kind, text, self._clock.now())
