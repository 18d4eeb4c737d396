"""The deposit of a hold: asked for once, looked up before it is asked for again, given back when nothing is booked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.cases import CaseRef
from activities.ports import CaseStore, Clock, DepositStore, LinkStore, Locations
from activities.prepaid import Prepayments
from activities.standing import case_tag
from connectors.base import CheckoutRequest, LedgerPayment, LedgerRefunds, Pms, Vendors
from connectors.errors import Conflict, ConnectorError, InvalidRequest, NotFound, PermissionDenied, Unsupported
from domain.case import CaseState
from domain.deposit_decisions import DEPOSIT_CARRIED, GIVEN_BACK, left_cents
from domain.money import format_usd
from domain.plan_records import DEPOSIT_USED
from domain.prepaid import wanted_cents
from domain.records import CaseRecord, DepositRecord, DepositState, HoldRecord

_SMALLEST_CHARGE_CENTS = 50
"""Stripe takes no less."""
_NOTHING_CAME = frozenset({DepositState.REQUESTED, DepositState.EXPIRED})
_LINK_LIFE = timedelta(days=2)
_SESSION_MARGIN = timedelta(minutes=4)
"""The session ends this long before the hold; 35 - 4 keeps it above Stripe's 30 minutes."""


class DepositRef(CaseRef):
    deposit_id: str


class WaiveInput(CaseRef):
    by: str
    reason: str


class RefundInput(DepositRef):
    why: str


class RefundResult(BaseModel):
    """``given_back``: the deposits that this refund gave back, in this or an earlier attempt of it."""

    model_config = ConfigDict(frozen=True)

    refunded_cents: int
    given_back: tuple[str, ...] = ()


class Recorded(BaseModel):
    """``carried``: the deposit of an earlier visit that stands for this one now, "" when none does.

    ``given_back``: what was paid beside the one deposit. ``missing``: the kept deposit that this visit was to take over
    went elsewhere meanwhile, so it is booked without one.
    """

    model_config = ConfigDict(frozen=True)

    carried: str = ""
    missing: bool = False
    given_back: tuple[str, ...] = ()


class Acceptance(NamedTuple):
    """The policy's words as the patient read and accepted them, and the address that came from; "" when not yet."""

    given_from: str = ""
    words: str = ""


class Deposits:
    """Deposits of one case against the card processor; Stripe is told an opaque id and an amount, nothing else."""

    def __init__(
        self,
        store: DepositStore,
        prepayments: Prepayments,
        links: LinkStore,
        locations: Locations,
        vendors: Vendors,
        public_url: str,
    ) -> None:
        self._store = store
        self._prepayments = prepayments
        self._links = links
        self._locations = locations
        self._vendors = vendors
        self._public_url = public_url.rstrip("/")

    def request(
        self, case: CaseRecord, hold: HoldRecord, amount_cents: int, accepted: Acceptance, now: datetime
    ) -> DepositRecord | None:
        """The open Checkout of this hold, or a deposit already paid, which is carried along.

        None when nothing more is to be paid: a deposit of a visit that was called off stands for this one, or what the
        patient prepaid at the desk covers it.
        An older hold's session is expired first; if it turns out to be paid, no second one is asked for.
        """
        payments = self._vendors.payments(case.location)
        earlier = self._store.of_case(case.case_id)
        for deposit in earlier:
            if deposit.state is DepositState.REQUESTED and deposit.hold_id != hold.id:
                self.settle(deposit.id, now)
        if paid := self.paid_of(case.case_id):
            return paid
        for deposit in earlier:
            if deposit.hold_id == hold.id and deposit.checkout_id:
                return deposit
        if self.kept_for(case):
            self._prepayments.count(case, 0, 0)
            return None
        amount_cents = self._owed_cents(case, amount_cents)
        if amount_cents < _SMALLEST_CHARGE_CENTS:
            return None
        deposit = self._draft(case, hold, amount_cents, accepted, len(earlier) + 1, now)
        asked_before = any(each.id == deposit.id for each in earlier)
        self._store.put(deposit)
        found = payments.find_checkout(deposit.id) if asked_before else None
        opened = found or payments.open_checkout(self._session(case, deposit, hold, now))
        kept = deposit.model_copy(update={"checkout_id": opened.id, "checkout_url": opened.url})
        self._store.put(kept)
        return kept

    def kept_for(self, case: CaseRecord) -> DepositRecord | None:
        """The deposit of a visit of this patient that was called off, which their next booking takes over."""
        return self._store.kept_for(case.location, case.patient_id)

    def _owed_cents(self, case: CaseRecord, asked_cents: int) -> int:
        """Less what came in at the desk since the route, never more than was shown; a silent PMS says nothing."""
        try:
            held = self._prepayments.held_cents(case)
        except ConnectorError as silent:
            activity.logger.info("prepayments unknown: %s", type(silent).__name__)
            return asked_cents
        wanted = wanted_cents(case)
        return min(asked_cents, wanted - self._prepayments.count(case, held, wanted))

    def settle(self, deposit_id: str, now: datetime) -> bool:
        """True when it is paid; else its session is expired for good. Stripe's word decides, not our clock."""
        deposit = self._store.get(deposit_id)
        if deposit is None or deposit.state not in (DepositState.REQUESTED, DepositState.PAID):
            return False
        if deposit.state is DepositState.PAID:
            return True
        if not deposit.checkout_id:
            self._store.settle(deposit_id, DepositState.EXPIRED, {})
            return False
        checkout = self._vendors.payments(deposit.location).expire_checkout(deposit.checkout_id)
        if checkout.paid:
            changes = {"payment_id": checkout.payment_id, "paid_at": now}
            self._store.settle(deposit_id, DepositState.PAID, changes)
            return True
        self._store.settle(deposit_id, DepositState.EXPIRED, {})
        return False

    def open_of(self, case_id: str, hold_id: str) -> str:
        """The hold's deposit that waits to be paid, "" when none does."""
        waiting = (d for d in self._store.of_case(case_id) if d.state is DepositState.REQUESTED)
        return next((d.id for d in waiting if d.hold_id == hold_id and d.checkout_id), "")

    def is_disputed(self, case_id: str) -> bool:
        """Whether the bank decides about a deposit of the case."""
        return any(each.state is DepositState.DISPUTED for each in self._store.of_case(case_id))

    def paid_of(self, case_id: str) -> DepositRecord | None:
        """The case's paid deposit, which a new choice carries along."""
        paid = [d for d in self._store.of_case(case_id) if d.state is DepositState.PAID]
        return paid[-1] if paid else None

    def _draft(
        self, case: CaseRecord, hold: HoldRecord, amount_cents: int, accepted: Acceptance, attempt: int, now: datetime
    ) -> DepositRecord:
        policy = case.route.refund_policy if case.route else None
        return DepositRecord(
            id="dep_" + sha256(f"{case.case_id}|{hold.id}".encode()).hexdigest()[:24],
            case_id=case.case_id,
            location=case.location,
            patient_id=case.patient_id,
            attempt=attempt,
            amount_cents=amount_cents,
            hold_id=hold.id,
            policy_name=policy.name if policy else "",
            policy_version=policy.version if policy else "",
            policy_words=accepted.words,
            policy_accepted_at=now if accepted.given_from else None,
            policy_accepted_from=accepted.given_from,
            created_at=now,
        )

    def _session(self, case: CaseRecord, deposit: DepositRecord, hold: HoldRecord, now: datetime) -> CheckoutRequest:
        token = self._links.issue(case.case_id, case.phone, now, now + _LINK_LIFE)
        back = f"{self._public_url}/b/{token}"
        return CheckoutRequest(
            key=f"{deposit.id}:{deposit.attempt}",
            amount_cents=deposit.amount_cents,
            expires_at=hold.expires_at - _SESSION_MARGIN,
            success_url=f"{back}/paid",
            cancel_url=back,
            reference=deposit.id,
        )


class DepositActivities:
    """What happens to a deposit after the booking, or instead of it."""

    def __init__(
        self,
        deposits: Deposits,
        store: DepositStore,
        cases: CaseStore,
        vendors: Vendors,
        locations: Locations,
        clock: Clock,
    ) -> None:
        self._deposits = deposits
        self._store = store
        self._cases = cases
        self._vendors = vendors
        self._locations = locations
        self._clock = clock

    @activity.defn(name="record_booking")
    def record_booking(self, given: CaseRef) -> Recorded:
        """Post the deposit to the PMS ledger as a prepayment and a line to the communication log, each once.

        A deposit that is kept from a visit that was called off becomes this visit's, where one is due.
        """
        case = self._cases.get(given.case_id)
        pms = self._vendors.pms(case.location)
        now = self._clock.now()
        own = self._deposits.paid_of(case.case_id)
        wanted = own is None and self._wants_kept(case)
        deposit = self._carried(case, now) if wanted else own
        if deposit is not None and not deposit.ledger_id:
            ledger_id = pms.post_payment(_prepayment(deposit, now.astimezone(self._locations.get(case.location).tz)))
            self._store.settle(deposit.id, DepositState.PAID, {"ledger_id": ledger_id})
        twice = self._give_back_others(case, deposit)
        pms.put_note(case.patient_id, now, _booked_note(case, deposit), f"{case_tag(case)}-booked")
        ended = {"ended_at": now, "end_reason": "booked", "next_at": None, "next_what": ""}
        self._cases.update(case.case_id, {"state": CaseState.BOOKED, **ended})
        carried = deposit is not None and deposit.note.startswith(DEPOSIT_CARRIED)
        return Recorded(
            carried=deposit.id if deposit and carried else "",
            missing=wanted and deposit is None,
            given_back=_ids(twice),
        )

    def _wants_kept(self, case: CaseRecord) -> bool:
        """A deposit is due, and none of the case's own came or was waived: it was booked on a kept one."""
        own = {each.state for each in self._store.of_case(case.case_id)}
        return wanted_cents(case) - case.prepaid_cents >= _SMALLEST_CHARGE_CENTS and own <= _NOTHING_CAME

    def _carried(self, case: CaseRecord, now: datetime) -> DepositRecord | None:
        """Taken over only with the booking: until then staff may give it back or keep it."""
        kept = self._deposits.kept_for(case)
        if kept is None or not self._store.carry(kept.id, kept.case_id, case.case_id):
            self._cases.note(case.case_id, "deposit", "booked without a deposit: the one kept was decided about", now)
            return None
        self._cases.note(kept.case_id, "carried", "the deposit moved on to the patient's next visit", now)
        self._cases.note(case.case_id, "carried", "the deposit of the visit that was called off is this one's now", now)
        return self._store.get(kept.id)

    @activity.defn(name="waive_deposit")
    def waive_deposit(self, given: WaiveInput) -> None:
        """This patient books without one; who said so and why is kept."""
        case = self._cases.get(given.case_id)
        now = self._clock.now()
        self._store.put(
            DepositRecord(
                id="dep_" + sha256(f"{case.case_id}|waived".encode()).hexdigest()[:24],
                case_id=case.case_id,
                location=case.location,
                patient_id=case.patient_id,
                attempt=len(self._store.of_case(case.case_id)) + 1,
                amount_cents=0,
                state=DepositState.WAIVED,
                created_at=now,
                note=f"{given.by}: {given.reason}",
            )
        )
        self._cases.note(case.case_id, "waived", f"deposit waived: {given.reason}", now, actor=given.by)

    @activity.defn(name="refund_deposit")
    def refund_deposit(self, given: RefundInput) -> RefundResult:
        """Give back what is left of a paid deposit; what Stripe already returned is never returned twice.

        One that became the down payment of a payment plan is the plan's now; staff give it back there. A case that
        booked nothing keeps nothing: what a second session took goes back with it.
        """
        deposit = self._store.get(given.deposit_id)
        returned = [deposit] if deposit and self._give_back(deposit, given.why) else []
        if self._cases.get(given.case_id).state is not CaseState.BOOKED:
            returned += self._give_back_others(self._cases.get(given.case_id), deposit, given.why)
        return RefundResult(refunded_cents=sum(each.amount_cents for each in returned), given_back=_ids(returned))

    def _give_back_others(
        self, case: CaseRecord, kept: DepositRecord | None, why: str = "it was paid twice"
    ) -> list[DepositRecord]:
        others = [d for d in self._store.of_case(case.case_id) if kept is None or d.id != kept.id]
        return [other for other in others if self._give_back(other, why)]

    def _give_back(self, deposit: DepositRecord, why: str) -> bool:
        """Whether it is given back for this reason, by now or by an attempt before this one."""
        note = f"{GIVEN_BACK}{why}"
        if deposit.state is not DepositState.PAID:
            return deposit.state is DepositState.REFUNDED and deposit.note == note
        if deposit.note.startswith(DEPOSIT_USED):
            self._cases.note(deposit.case_id, "kept", f"deposit not given back: {deposit.note}", self._clock.now())
            return False
        payments = self._vendors.payments(deposit.location)
        if not self._store.begin_giving_back(deposit.id, deposit.case_id):
            return False
        left = deposit.amount_cents - payments.refunded_cents(deposit.payment_id)
        if left > 0:
            payments.refund(deposit.payment_id, left, f"refund:{deposit.id}")
        if deposit.ledger_id:
            by_hand = reverse_in_ledger(self._vendors.pms(deposit.location), deposit.ledger_id)
            if by_hand:
                self._cases.note(deposit.case_id, "ledger", by_hand, self._clock.now())
        self._store.settle(deposit.id, DepositState.REFUNDED, _back(deposit.amount_cents, note))
        self._cases.note(deposit.case_id, "refunded", f"deposit given back: {why}", self._clock.now())
        return True


def reverse_in_ledger(pms: Pms, ledger_id: str) -> str:
    """Take a whole prepayment back in the PMS, once.

    The patient has the money already, so a refusal is for a person: the words say what to do, "" when it is done.
    """
    try:
        if not isinstance(pms, LedgerRefunds):
            raise Unsupported("this PMS takes no refunds")
        pms.refund_payment(ledger_id)
    except Conflict:
        return ""
    except (InvalidRequest, NotFound, PermissionDenied, Unsupported) as refusal:
        return f"please reverse payment {ledger_id} in the ledger by hand ({type(refusal).__name__})"
    return ""


def _back(total_cents: int, note: str) -> dict[str, Any]:
    return {"refunded_cents": total_cents, "giving_back": False, "note": note}


def _ids(deposits: Sequence[DepositRecord]) -> tuple[str, ...]:
    return tuple(each.id for each in deposits)


def _prepayment(deposit: DepositRecord, local_now: datetime) -> LedgerPayment:
    return LedgerPayment(
        patient_id=deposit.patient_id,
        amount_cents=deposit.amount_cents,
        day=local_now.date(),
        reference=deposit.id,
        note=f"Appointment deposit, card payment {deposit.payment_id}",
    )


def _booked_note(case: CaseRecord, deposit: DepositRecord | None) -> str:
    paid = f" Deposit of {format_usd(left_cents(deposit))} paid by card." if deposit else ""
    return f"Patient booked appointment {case.appointment_id} through Chairtime.{paid}"
