"""Collecting one date's money: the card on file, the payer's text, the PMS ledger, a person at the end."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.plan_ledger import PlanLedger
from activities.plan_money import PAUSED_CODE, PlanMoney, card_is_good, owed_now
from activities.plan_ports import CollectionStore, PlanStore
from activities.plan_steps import PlanSteps
from connectors.base import CardOnFile, LedgerPayment, Vendors
from connectors.errors import Declined, NotFound
from domain.people import SILENT_STATUSES
from domain.plan_records import (
    IN_FORCE,
    UNSETTLED,
    Collection,
    CollectionState,
    PlanRecord,
)

_AUTHENTICATION = "authentication_required"
_HOPELESS = frozenset(
    {"expired_card", "lost_card", "stolen_card", "pickup_card", "invalid_account", "card_not_supported", "no_card"}
)
"""Refusals that the same card meets again: a retry would only anger the bank."""


class CollectionRef(BaseModel):
    model_config = ConfigDict(frozen=True)

    plan_id: str
    collection_id: str


class ChargeTry(CollectionRef):
    attempt: int


class ChargeKind(StrEnum):
    """OVER: nothing is to be done any more. PAID: in full. NO_CARD: the payer must pay by page or give a card."""

    PAID = "paid"
    OVER = "over"
    DECLINED = "declined"
    ACTION_NEEDED = "action_needed"
    NO_CARD = "no_card"


class Charged(BaseModel):
    """`may_retry`: the same card may work another day. `manual`: this payer pays by page as agreed."""

    model_config = ConfigDict(frozen=True)

    kind: ChargeKind
    may_retry: bool = False
    manual: bool = False
    why: str = ""


class PlanChargeActivities:
    def __init__(
        self,
        plans: PlanStore,
        collections: CollectionStore,
        steps: PlanSteps,
        money: PlanMoney,
        ledger: PlanLedger,
        vendors: Vendors,
    ) -> None:
        self._plans = plans
        self._collections = collections
        self._steps = steps
        self._money = money
        self._ledger = ledger
        self._vendors = vendors

    @activity.defn(name="charge_plan")
    def charge(self, given: ChargeTry) -> Charged:
        """Take the money of this date, once. What was paid by page meanwhile is found first and never taken again."""
        # From here on nothing is added to this row: what else falls due for its date gets a row of its own.
        self._collections.mark_started([given.collection_id])
        row = self._row(given.collection_id)
        if row.state not in UNSETTLED:
            return _settled(row)
        if self._page_is_paid(row):
            return Charged(kind=ChargeKind.PAID)
        record = self._plans.get(given.plan_id)
        why = self._why_not(record)
        if why:
            self._collections.move(row.id, UNSETTLED, CollectionState.CANCELED, {"code": why[:60]})
            return Charged(kind=ChargeKind.OVER, why=why)
        # What was paid at the desk by now is not charged to the card as well.
        self._ledger.hear(record.id)
        return self._charge(self._plans.get(record.id), row, given.attempt)

    @activity.defn(name="post_plan_payment")
    def post_payment(self, given: CollectionRef) -> None:
        """The payment stands in the PMS ledger, once, on the account that has the debits."""
        row = self._row(given.collection_id)
        if row.ledger_id or not row.paid_cents or row.paid_at is None:
            return
        record = self._plans.get(given.plan_id)
        payment = LedgerPayment(
            patient_id=record.debit_patient_id,
            amount_cents=row.paid_cents,
            day=self._steps.today(row.location),
            reference=row.id,
            note=f"Payment plan installment of {row.day}, card payment {row.payment_id}",
            prepayment=False,
        )
        ledger_id = self._vendors.pms(row.location).post_payment(payment)
        self._collections.set(row.id, {"ledger_id": ledger_id})

    @activity.defn(name="give_up_plan_charge")
    def give_up(self, given: CollectionRef) -> None:
        """The ladder ended: a person has it now; the payer may still pay by page."""
        unpaid = UNSETTLED - {CollectionState.PAYING}
        self._collections.move(given.collection_id, unpaid, CollectionState.PERSON)

    def _charge(self, record: PlanRecord, row: Collection, attempt: int) -> Charged:
        today = self._steps.today(row.location)
        repeated = row.state is CollectionState.CHARGING and row.attempt == attempt
        amount = row.amount_cents if repeated else owed_now(record, row, today)
        if amount <= 0:
            self._collections.move(row.id, UNSETTLED, CollectionState.NOTHING_DUE)
            return Charged(kind=ChargeKind.OVER, why="nothing is due any more")
        if not record.autopay or record.card is None or not card_is_good(record, today):
            self._collections.move(row.id, UNSETTLED, CollectionState.ACTION_NEEDED, {"code": "no_card"})
            return Charged(kind=ChargeKind.NO_CARD, manual=not record.autopay, why="no card that may be charged")
        begun = {"attempt": attempt, "amount_cents": amount, "checkout_id": "", "checkout_url": ""}
        if not self._collections.move(row.id, UNSETTLED, CollectionState.CHARGING, begun):
            return _settled(self._row(row.id))
        card = CardOnFile.model_validate(record.card.model_dump())
        try:
            made = self._vendors.payments(row.location).charge_card(card, amount, row.key(attempt), row.id)
        except Declined as declined:
            return self._declined(row, declined.code)
        self._money.settle(row, made.payment_id, made.amount_cents)
        return Charged(kind=ChargeKind.PAID)

    def _declined(self, row: Collection, code: str) -> Charged:
        wants_owner = code == _AUTHENTICATION
        state = CollectionState.ACTION_NEEDED if wants_owner else CollectionState.DECLINED
        self._collections.move(row.id, {CollectionState.CHARGING}, state, {"code": code})
        who = self._steps.by(row.location)
        self._plans.log(row.plan_id, [who.event("declined", f"the card was not charged for {row.day}: {code}")])
        if wants_owner:
            return Charged(kind=ChargeKind.ACTION_NEEDED, why="the bank asks the payer to confirm")
        return Charged(kind=ChargeKind.DECLINED, may_retry=code not in _HOPELESS, why=f"declined: {code}")

    def _page_is_paid(self, row: Collection) -> bool:
        """An open page is ended for good before the card is charged; the processor says if the payer was faster."""
        payments = self._vendors.payments(row.location)
        if not row.checkout_id and row.state is CollectionState.PAYING:
            lost = payments.find_checkout(row.id)
            if lost is not None:
                self._collections.set(row.id, {"checkout_id": lost.id, "checkout_url": lost.url})
                row = self._row(row.id)
        if not row.checkout_id:
            return False
        return payments.expire_checkout(row.checkout_id).paid and self._money.take_payment(row.id)

    def _why_not(self, record: PlanRecord) -> str:
        if record.state not in IN_FORCE:
            return f"the plan is {record.state}"
        if record.paused:
            return f"{PAUSED_CODE}{record.paused}"
        pms = self._vendors.pms(record.location)
        for person in dict.fromkeys((record.patient_id, record.guarantor_id)):
            try:
                status = pms.patient(person).status
            except NotFound:
                continue
            if status in SILENT_STATUSES:
                self._money.pause(record.id, f"the patient or guarantor is {status}")
                return f"the patient or guarantor is {status}"
        return ""

    def _row(self, collection_id: str) -> Collection:
        row = self._collections.get(collection_id)
        if row is None:
            raise LookupError(f"no collection {collection_id}")
        return row


def _settled(row: Collection) -> Charged:
    kind = ChargeKind.PAID if row.state is CollectionState.PAID else ChargeKind.OVER
    return Charged(kind=kind, why=f"it is {row.state}")
