"""A person's decision about a paid deposit: give it back, or keep it. Each part of it happens once, whatever dies."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.deposits import DepositRef, reverse_in_ledger
from activities.pms_tasks import refused_for_good
from activities.ports import CaseStore, Clock, DepositStore, Locations, TaskStore
from activities.standing import case_tag
from connectors.base import LedgerPayment, Vendors
from connectors.errors import Conflict, InvalidRequest, NotFound, PermissionDenied, Unsupported
from domain.deposit_decisions import DISPUTED_WORDS, MOVED_ON_WORDS, DecisionKind, amount_refusal, is_undecided, refusal
from domain.money import format_usd
from domain.records import CaseRecord, DepositRecord, DepositState

_DISPUTED = "charge_disputed"


class DecideInput(DepositRef):
    """``amount_cents`` 0: all that is left. ``command_id`` is the form's: the same form acts once. ``by``: staff key.

    ``at``: the workflow's time of it, so that a repeated attempt writes the same timeline line.
    """

    kind: DecisionKind
    amount_cents: int = 0
    by: str
    reason: str
    command_id: str
    at: datetime


class Decided(BaseModel):
    """``refused``: why nothing was done. ``ledger_id``: the prepayment to take back in the PMS, as it was before.

    ``open``: a part of the deposit still waits for a decision.
    """

    model_config = ConfigDict(frozen=True)

    refused: str = ""
    cents: int = 0
    left_cents: int = 0
    ledger_id: str = ""
    open: bool = False


class FileInput(DepositRef):
    """What the PMS is told. ``left_cents``: what stays with the practice; ``by`` and ``reason`` are for the log."""

    kind: DecisionKind
    cents: int
    left_cents: int
    ledger_id: str
    by: str
    reason: str
    command_id: str
    at: datetime


class CloseDecision(DepositRef):
    task_id: str
    outcome: str
    note: str = ""
    by: str = "chairtime"


class DecisionActivities:
    """Stripe first, then our row, then the PMS: money never moves twice and is never forgotten."""

    def __init__(
        self,
        deposits: DepositStore,
        cases: CaseStore,
        tasks: TaskStore,
        locations: Locations,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._deposits = deposits
        self._cases = cases
        self._tasks = tasks
        self._locations = locations
        self._vendors = vendors
        self._clock = clock

    @activity.defn(name="decide_deposit")
    def decide_deposit(self, given: DecideInput) -> Decided:
        """Give money back at the card processor, or mark the deposit as kept; refused in words where it may not be."""
        deposit = self._deposits.get(given.deposit_id)
        if deposit is None:
            return Decided(refused="There is no such deposit of this case.")
        if deposit.case_id != given.case_id:
            return Decided(refused=MOVED_ON_WORDS)
        decided = self._keep(given, deposit) if given.kind is DecisionKind.FORFEIT else self._give_back(given, deposit)
        if decided.refused:
            return decided
        self._note_once(given, f"{_words(given.kind, decided.cents, decided.left_cents)}: {given.reason}")
        return decided

    @activity.defn(name="file_decision")
    def file_decision(self, given: FileInput) -> None:
        """Take the prepayment back in the PMS ledger and post what stays anew; a deposit that is kept is only noted."""
        case = self._cases.get(given.case_id)
        try:
            self._log(case, given) if given.kind is DecisionKind.FORFEIT else self._reverse(case, given)
        except (InvalidRequest, NotFound, PermissionDenied, Unsupported) as refused:
            by_hand = f"the PMS refuses to note this ({type(refused).__name__}); please enter it there by hand"
            self._cases.note(case.case_id, "ledger", by_hand, given.at)

    def _log(self, case: CaseRecord, given: FileInput) -> None:
        name = self._name(case.location, given.by)
        text = f"Appointment deposit of {format_usd(given.cents)} kept, decided by {name}: {given.reason}"
        pms = self._vendors.pms(case.location)
        pms.put_note(case.patient_id, given.at, text, f"{case_tag(case)}-{given.command_id[-12:]}")

    def _reverse(self, case: CaseRecord, given: FileInput) -> None:
        deposit = self._deposits.get(given.deposit_id)
        if deposit is None or not given.ledger_id:
            return
        pms = self._vendors.pms(case.location)
        if by_hand := reverse_in_ledger(pms, given.ledger_id):
            self._cases.note(case.case_id, "ledger", by_hand, given.at)
        elif given.left_cents:
            rest = pms.post_payment(_rest(deposit, given, given.at.astimezone(self._locations.get(case.location).tz)))
            self._deposits.settle(deposit.id, DepositState.PAID, {"ledger_id": rest})

    @activity.defn(name="is_undecided")
    def still_undecided(self, given: DepositRef) -> bool:
        """Whether a person's decision is still wanted: a dispute or a payment plan may have taken it over."""
        deposit = self._deposits.get(given.deposit_id)
        return deposit is not None and deposit.case_id == given.case_id and is_undecided(deposit)

    @activity.defn(name="close_decision")
    def close_decision(self, given: CloseDecision) -> None:
        """Close the one task that asked for the decision, here and in the PMS; the case has ended and waits no more."""
        task = self._tasks.get(given.task_id)
        if task is None or task.done_at is not None:
            return
        now = self._clock.now()
        if task.pms_task_id:
            pms, note = self._vendors.pms(task.location), f"{given.outcome}. {given.note}".strip()
            if refused := refused_for_good(lambda: pms.close_task(task.pms_task_id, note)):
                line = f"the PMS refuses to close its {task.kind} task ({refused}); it is closed here"
                self._cases.note(given.case_id, "task", line, now)
        closed = {"outcome": given.outcome, "outcome_note": given.note, "done_by": given.by}
        self._tasks.update(task.id, {"done_at": now, **closed})
        if self._cases.get(given.case_id).ended_at is not None:
            self._cases.update(given.case_id, {"owner": "", "next_at": None, "next_what": ""})

    def _note_once(self, given: DecideInput, line: str) -> None:
        """No two decisions about a deposit read the same, since what is left differs; a form sent again does."""
        if not any((e.kind, e.text) == (given.kind.value, line) for e in self._cases.events(given.case_id)):
            self._cases.note(given.case_id, given.kind.value, line, given.at, given.by)

    def _give_back(self, given: DecideInput, deposit: DepositRecord) -> Decided:
        """Stripe is asked first whether this very refund was made: after a death its answer is all there is."""
        payments = self._vendors.payments(deposit.location)
        key = f"refund:{deposit.id}:{given.command_id}"
        made = payments.refund_made(deposit.payment_id, key) if deposit.payment_id else 0
        if not made:
            if why := self._refusal(given, deposit):
                return Decided(refused=why)
            left = deposit.amount_cents - payments.refunded_cents(deposit.payment_id)
            made = given.amount_cents or left
            if why := amount_refusal(made, left):
                return Decided(refused=why)
            if not self._deposits.begin_giving_back(deposit.id, given.case_id):
                return Decided(refused=MOVED_ON_WORDS)
            try:
                payments.refund(deposit.payment_id, made, key)
            except Conflict as refused:
                self._deposits.settle(deposit.id, deposit.state, {"giving_back": False})
                return Decided(refused=_conflict(refused))
        return self._returned(deposit, made, payments.refunded_cents(deposit.payment_id))

    def _returned(self, deposit: DepositRecord, made: int, total: int) -> Decided:
        left = max(0, deposit.amount_cents - total)
        state = deposit.state if left else DepositState.REFUNDED
        self._deposits.settle(deposit.id, state, {"refunded_cents": total, "giving_back": False})
        kept = deposit.model_copy(update={"state": state, "refunded_cents": total})
        return Decided(cents=made, left_cents=left, ledger_id=deposit.ledger_id, open=is_undecided(kept))

    def _keep(self, given: DecideInput, deposit: DepositRecord) -> Decided:
        note = f"kept by {self._name(deposit.location, given.by)}: {given.reason}"
        kept = Decided(cents=max(0, deposit.amount_cents - deposit.refunded_cents))
        if deposit.state is DepositState.FORFEITED and deposit.note == note:
            return kept
        if why := self._refusal(given, deposit):
            return Decided(refused=why)
        if self._vendors.payments(deposit.location).card_facts(deposit.payment_id).disputed:
            return Decided(refused=DISPUTED_WORDS)
        paid, kept_now = DepositState.PAID, DepositState.FORFEITED
        if not self._deposits.move(deposit.id, paid, kept_now, {"note": note}, given.case_id):
            return Decided(refused="Somebody else decided about this deposit at the same moment; look at it again.")
        return kept

    def _refusal(self, given: DecideInput, deposit: DepositRecord) -> str:
        return refusal(given.kind, self._cases.get(deposit.case_id), deposit, self._clock.now())

    def _name(self, location: str, key: str) -> str:
        staff = self._locations.get(location).staff
        return next((person.name for person in staff if person.key == key), key)


def _conflict(refused: Conflict) -> str:
    if refused.code == _DISPUTED:
        return DISPUTED_WORDS
    return "The card processor refuses: less than that is left of this payment. Look at the amounts and try again."


def _words(kind: DecisionKind, cents: int, left: int) -> str:
    if kind is DecisionKind.FORFEIT:
        return f"deposit of {format_usd(cents)} kept"
    rest = f", {format_usd(left)} stays" if left else ""
    return f"deposit given back, {format_usd(cents)}{rest}"


def _rest(deposit: DepositRecord, given: FileInput, local: datetime) -> LedgerPayment:
    """The part that stays is a prepayment of its own, because the ledger only takes back whole payments."""
    return LedgerPayment(
        patient_id=deposit.patient_id,
        amount_cents=given.left_cents,
        day=local.date(),
        reference=f"{deposit.id}:{given.left_cents}",
        note=f"Rest of an appointment deposit, card payment {deposit.payment_id}",
    )
