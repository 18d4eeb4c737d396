"""What staff may decide about a paid deposit, and what the card processor says of its payment."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.case import CaseState
from domain.money import format_usd
from domain.plan_records import DEPOSIT_USED
from domain.records import CaseRecord, DepositRecord, DepositState

DECISION_TASK = "deposit_decision"
"""The kind of task that asks a person for it; done in the PMS is no decision."""

DEPOSIT_CARRIED = "carried from "
"""What the note of a deposit begins with that stood for an earlier visit, which was called off."""

GIVEN_BACK = "given back by itself: "
"""What the note of a deposit begins with that no person gave back."""

MOVED_ON_WORDS = "This deposit has moved on to another visit of the patient: decide there."

DISPUTED_WORDS = (
    "The patient disputes this payment with their bank: the bank decides now, answer it in Stripe. "
    "It can be neither given back nor kept here."
)
_WITH_US = (DepositState.PAID, DepositState.FORFEITED)
_REFUSED_STATES = {
    DepositState.DISPUTED: DISPUTED_WORDS,
    DepositState.REFUNDED: "This deposit was given back already.",
    DepositState.REQUESTED: "This deposit is not paid.",
    DepositState.EXPIRED: "This deposit was never paid.",
    DepositState.WAIVED: "This deposit was waived; nothing was paid.",
}


class DecisionKind(StrEnum):
    """REFUND gives money back; FORFEIT keeps what is left. The latter only ever by a person's click."""

    REFUND = "refund"
    FORFEIT = "forfeit"


class CardFacts(BaseModel):
    """What the card processor says of a payment at this moment. Shown, never stored."""

    model_config = ConfigDict(frozen=True)

    brand: str
    last4: str
    amount_cents: int
    refunded_cents: int = 0
    disputed: bool = False


def left_cents(deposit: DepositRecord) -> int:
    """What of a paid deposit is still with the practice."""
    return max(0, deposit.amount_cents - deposit.refunded_cents) if deposit.state in _WITH_US else 0


def is_undecided(deposit: DepositRecord) -> bool:
    """Paid, not given back in full, not kept, not the down payment of a payment plan."""
    return deposit.state is DepositState.PAID and not deposit.note.startswith(DEPOSIT_USED)


def visit_stands(case: CaseRecord) -> bool:
    """Whether the visit is in the PMS's schedule: a cancelled one has lost its appointment."""
    return case.state is CaseState.BOOKED and bool(case.appointment_id)


def visit_lies_ahead(case: CaseRecord, now: datetime) -> bool:
    """Whether staff may move or cancel the visit: booked by us, recorded, and not over."""
    ahead = case.booked_start is not None and case.booked_start > now
    return visit_stands(case) and ahead and case.ended_at is not None


def refunded_by_itself(case: CaseRecord, now: datetime) -> bool:
    """Whether a cancellation now gives the deposit back without asking: inside the policy, or the provider is out."""
    if case.displaced:
        return True
    if case.booked_start is None or case.route is None:
        return False
    return now <= case.booked_start - timedelta(hours=case.route.refund_policy.refundable_hours)


def refusal(kind: DecisionKind, case: CaseRecord, deposit: DepositRecord, now: datetime) -> str:
    """Why this cannot be decided now, for staff; "" when it can."""
    if deposit.state in _REFUSED_STATES:
        return _REFUSED_STATES[deposit.state]
    if deposit.note.startswith(DEPOSIT_USED):
        return f"This deposit is the {deposit.note}: the payment plan has it now, so decide there."
    if case.ended_at is None:
        return "The case is still open: the deposit is carried to the next time the patient chooses. End it first."
    if kind is DecisionKind.REFUND:
        return ""
    if deposit.state is DepositState.FORFEITED:
        return "This deposit was kept already."
    if visit_stands(case) and case.booked_start is not None and case.booked_start > now:
        return "The visit is still booked; there is nothing to keep a deposit for yet."
    return ""


def amount_refusal(cents: int, left: int) -> str:
    """Why this amount cannot be given back; "" when it can."""
    if cents <= 0:
        return "Give an amount above $0."
    return f"Only {format_usd(left)} of this deposit is left; no more can be given back." if cents > left else ""
