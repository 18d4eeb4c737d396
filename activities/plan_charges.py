"""Collecting one date's money: the card on file, the payer's text, the PMS ledger, a person at the end."""

from contextlib import suppress
from enum import StrEnum
from hashlib import sha256

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.plan_claims import owed_now
from activities.plan_ledger import PlanLedger
from activities.plan_money import PlanMoney
from activities.plan_pauses import PAUSED_CODE
from activities.plan_ports import CollectionStore, PlanStore
from activities.plan_steps import PlanSteps
from connectors.base import CardOnFile, LedgerPayment, Vendors
from connectors.errors import Ambiguous, Conflict, ConnectorError, Declined, InvalidRequest, NotFound
from domain.money import Cents
from domain.payment_plan.plan import ChargeKind as KindOfCharge
from domain.people import SILENT_STATUSES
from domain.plan_life import CollectionMovedError, PlanChangedError
from domain.plan_records import (
    IN_FORCE,
    UNSETTLED,
    Collection,
    CollectionState,
    Moved,
    PlanRecord,
)

_AUTHENTICATION = "authentication_required"
_CARD_GONE = "card_gone"
"""The processor does not know this card any more, or will not have it charged in this way."""
_OTHER_CARD = "card_changed"
"""Another card was given between the attempt and its repetition."""
_TRIES = 8
_HOPELESS = frozenset(
    {
        "expired_card",
        "lost_card",
        "stolen_card",
        "pickup_card",
        "invalid_account",
        "card_not_supported",
        "no_card",
        _CARD_GONE,
        "revocation_of_authorization",
        "revocation_of_all_authorizations",
        "stop_payment_order",
    }
)
"""Refusals that the same card meets again: a retry would only anger the bank."""


class CollectionRef(BaseModel):
    model_config = ConfigDict(frozen=True)

    plan_id: str
    collection_id: str


class ChargeTry(CollectionRef):
    """`refused` marks the card that is not to be tried again now; another card is."""

    attempt: int
    refused: str = ""


class ChargeKind(StrEnum):
    """OVER: nothing is to be done any more. PAID: in full. NO_CARD: the payer must pay by page or give a card.
    UNCHANGED: the card was not tried, since it is the one that was refused."""

    PAID = "paid"
    OVER = "over"
    DECLINED = "declined"
    ACTION_NEEDED = "action_needed"
    NO_CARD = "no_card"
    UNCHANGED = "unchanged"


class Charged(BaseModel):
    """`may_retry`: the same card may work another day. `manual`: this payer pays by page as agreed. `card` marks the
    card that was tried, or that there is none."""

    model_config = ConfigDict(frozen=True)

    kind: ChargeKind
    may_retry: bool = False
    manual: bool = False
    why: str = ""
    card: str = ""


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
        if _repeated(row, given) and self._found(record, row):
            return Charged(kind=ChargeKind.PAID)
        why = _stopped(record) or self._silent(record)
        if why:
            return self._over(row, why)
        # What was paid at the desk by now is not charged to the card as well.
        self._ledger.hear(record.id)
        for _ in range(_TRIES):
            with suppress(PlanChangedError):
                return self._charge(self._plans.get(given.plan_id), self._row(row.id), given)
        raise PlanChangedError(given.plan_id)

    @activity.defn(name="post_plan_payment")
    def post_payment(self, given: CollectionRef) -> None:
        """The payment stands in the PMS ledger, once, on the account that has the debits, on the day of the money."""
        row = self._row(given.collection_id)
        if row.ledger_id or not row.paid_cents or row.paid_at is None:
            return
        record = self._plans.get(given.plan_id)
        payment = LedgerPayment(
            patient_id=record.debit_patient_id,
            amount_cents=row.paid_cents,
            day=self._steps.day_of(row.location, row.paid_at),
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

    def _charge(self, record: PlanRecord, row: Collection, given: ChargeTry) -> Charged:
        """Raises PlanChangedError when the plan was saved since it was read: then nothing was charged."""
        why = _stopped(record)
        if why or row.state not in UNSETTLED:
            return self._over(row, why)
        if _repeated(row, given) and record.card is not None:
            return self._try_card(record, row, row.amount_cents, given.attempt, begun=True)
        today = self._steps.today(row.location)
        if owed_now(record, row, today) <= 0:
            return self._nothing_due(row)
        mark = _mark(record)
        if given.refused == mark:
            return Charged(kind=ChargeKind.UNCHANGED, card=mark)
        manual = not record.autopay or not self._permitted(record) or _by_hand(record, row)
        if manual or record.card is None or not record.card.good_on(today):
            self._collections.move(row.id, UNSETTLED, CollectionState.ACTION_NEEDED, {"code": "no_card"})
            return Charged(kind=ChargeKind.NO_CARD, manual=manual, why="no card that may be charged", card=mark)
        try:
            amount = self._money.claims.claim(record, _begun(row, given.attempt), today, owed_now)
        except CollectionMovedError:
            return _settled(self._row(row.id))
        return self._try_card(record, row, amount, given.attempt) if amount else self._nothing_due(row)

    def _try_card(
        self, record: PlanRecord, row: Collection, amount: Cents, attempt: int, *, begun: bool = False
    ) -> Charged:
        """`begun`: the end of this attempt is not known; until the processor tells, no other payment of the plan may
        begin. A processor that refused a fresh attempt took nothing."""
        assert record.card is not None
        card = CardOnFile.model_validate(record.card.model_dump())
        try:
            made = self._vendors.payments(row.location).charge_card(card, amount, row.key(attempt), row.id)
        except Declined as declined:
            return self._declined(row, declined.code, _mark(record))
        except (NotFound, InvalidRequest):
            return self._declined(row, _CARD_GONE, _mark(record))
        except Conflict:
            # The attempt was made with the card before and took nothing; this card has an attempt of its own.
            return self._declined(row, _OTHER_CARD, _mark(record))
        except ConnectorError as refused:
            if not (begun or refused.retryable or isinstance(refused, Ambiguous)):
                untried = {"code": "not_tried"}
                self._collections.move(row.id, {CollectionState.CHARGING}, CollectionState.DECLINED, untried)
            raise
        self._money.settle(row, made.payment_id, made.amount_cents)
        return Charged(kind=ChargeKind.PAID)

    def _found(self, record: PlanRecord, row: Collection) -> bool:
        """Whether the attempt whose end is not known took the money: then it is settled, whatever became of the plan
        or its card since."""
        payments = self._vendors.payments(row.location)
        for card in (record.card, *record.released_cards):
            on_file = CardOnFile.model_validate(card.model_dump()) if card is not None else None
            made = payments.charge_made(on_file, row.key(row.attempt)) if on_file is not None else None
            if made is not None:
                self._money.settle(row, made.payment_id, made.amount_cents)
                return True
        return False

    def _nothing_due(self, row: Collection) -> Charged:
        self._collections.move(row.id, UNSETTLED, CollectionState.NOTHING_DUE)
        return Charged(kind=ChargeKind.OVER, why="nothing is due any more")

    def _over(self, row: Collection, why: str) -> Charged:
        """The plan stopped: this date's money is not taken; when it was settled meanwhile, what became of it."""
        if not self._collections.move(row.id, UNSETTLED, CollectionState.CANCELED, {"code": why[:60]}):
            return _settled(self._row(row.id))
        return Charged(kind=ChargeKind.OVER, why=why)

    def _permitted(self, record: PlanRecord) -> bool:
        """Whether the paper that is in force allows a card to be charged."""
        version = self._plans.version(record.id, record.signed_version)
        return version is not None and bool(version.card_words)

    def _declined(self, row: Collection, code: str, mark: str) -> Charged:
        wants_owner = code == _AUTHENTICATION
        state = CollectionState.ACTION_NEEDED if wants_owner else CollectionState.DECLINED
        self._collections.move(row.id, {CollectionState.CHARGING}, state, {"code": code})
        who = self._steps.by(row.location)
        self._plans.log(row.plan_id, [who.event("declined", f"the card was not charged for {row.day}: {code}")])
        if wants_owner:
            return Charged(kind=ChargeKind.ACTION_NEEDED, why="the bank asks the payer to confirm", card=mark)
        may_retry = code not in _HOPELESS
        return Charged(kind=ChargeKind.DECLINED, may_retry=may_retry, why=f"declined: {code}", card=mark)

    def _page_is_paid(self, row: Collection) -> bool:
        """An open page is ended for good before the card is charged; the processor says if the payer was faster."""
        row = self._money.with_lost_page(row)
        if not row.checkout_id:
            return False
        ended = self._vendors.payments(row.location).expire_checkout(row.checkout_id)
        return ended.paid and self._money.take_payment(row.id)

    def _silent(self, record: PlanRecord) -> str:
        pms = self._vendors.pms(record.location)
        for person in dict.fromkeys((record.patient_id, record.guarantor_id)):
            try:
                status = pms.patient(person).status
            except NotFound:
                continue
            if status in SILENT_STATUSES:
                why = f"the patient or guarantor is {status}"
                self._money.pause(record.id, why)
                return f"{PAUSED_CODE}{why}"
        return ""

    def _row(self, collection_id: str) -> Collection:
        row = self._collections.get(collection_id)
        if row is None:
            raise LookupError(f"no collection {collection_id}")
        return row


def _settled(row: Collection) -> Charged:
    kind = ChargeKind.PAID if row.state is CollectionState.PAID else ChargeKind.OVER
    return Charged(kind=kind, why=f"it is {row.state}")


def _stopped(record: PlanRecord) -> str:
    if record.state not in IN_FORCE:
        return f"the plan is {record.state}"
    return f"{PAUSED_CODE}{record.paused}" if record.paused else ""


def _repeated(row: Collection, given: ChargeTry) -> bool:
    """Whether this attempt was begun before and its end is not known: the processor is asked, whatever came since."""
    return row.state is CollectionState.CHARGING and row.attempt == given.attempt


def _begun(row: Collection, attempt: int) -> Moved:
    begun = {"attempt": attempt, "checkout_id": "", "checkout_url": ""}
    return Moved(row.id, UNSETTLED, CollectionState.CHARGING, begun)


def _mark(record: PlanRecord) -> str:
    """Tells one way to charge from another without saying which card it is."""
    return sha256(f"{record.autopay} {record.card!r}".encode()).hexdigest()[:12]


def _by_hand(record: PlanRecord, row: Collection) -> bool:
    """Whether this date was added by the office: nobody signed it, so no card is charged for it by itself."""
    charges = record.plan.charges if record.plan is not None else ()
    return any(each.kind is KindOfCharge.ADDED and each.date == row.day for each in charges)
