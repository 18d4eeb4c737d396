"""The rows of payment plans that outlive a workflow, as plain values: what stores give and take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.money import Cents
from domain.payment_plan.plan import PaymentPlan
from domain.payment_plan.production import ProductionItem
from domain.payment_plan.terms import Terms
from domain.plan_law import Shown

PLAN_ID = "pp_"
"""What the id of every payment plan begins with."""


NOT_IN_PMS = "refused"
"""Stands where a PMS's plan id would: it refused the terms, and a line of the audit says why."""


NOT_FILED = "refused"
"""Stands where a document's id would: the PMS refused the signed agreement, and a person has a task about it."""


DEPOSIT_USED = "down payment of "
"""Begins the note of a deposit that became the down payment of the plan named behind it."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class PlanState(StrEnum):
    """Where a plan stands. SIGNED: agreed, put to work with its card or on its first date. DELETED rows stay."""

    DRAFT = "draft"
    OFFERED = "offered"
    SIGNED = "signed"
    ACTIVE = "active"
    CLOSED = "closed"
    DELETED = "deleted"


IN_FORCE = frozenset({PlanState.SIGNED, PlanState.ACTIVE})
SIGNABLE = frozenset({PlanState.OFFERED, *IN_FORCE})
ENDED = frozenset({PlanState.CLOSED, PlanState.DELETED})


@dataclass(frozen=True, slots=True)
class Proposal:
    """Terms and production that are not signed yet."""

    terms: Terms
    production: tuple[ProductionItem, ...]


class PlanCard(_Record):
    """The card that the payer allowed us to charge, by the processor's ids only."""

    customer_id: str
    payment_method_id: str
    brand: str = ""
    last4: str = ""
    exp_month: int = 0
    exp_year: int = 0

    def good_until(self) -> date | None:
        """The first day on which the card is no longer good; None when its date is not known."""
        if not self.exp_month or not self.exp_year:
            return None
        year, month = (self.exp_year + 1, 1) if self.exp_month == 12 else (self.exp_year, self.exp_month + 1)
        return date(year, month, 1)

    def good_on(self, day: date) -> bool:
        """Whether it has not run out by then, as far as its date is known."""
        end = self.good_until()
        return end is None or day < end


class PlanRecord(_Record):
    """One payment plan.

    `plan` is what was signed and is in force; `proposal` is what waits for a signature (all of a draft, or changed
    terms). `version` numbers the last version offered, `signed_version` the one in force. Debits go to
    `debit_patient_id`: the patient, or the guarantor when that is somebody outside the family. `insured` names items
    that an insurance payment plan covers too. `released_cards` may no longer be charged and are still to be detached
    at the processor. `cash_price_cents` was named for a plan of `cash_price_for_cents`; `signed_on` is the local day of
    the last signature. `pms_version` is the signed version that the PMS was last told. `next_due` is the next day on
    which the daily run must look at it.
    `revision` counts the writes: a write from an older reading is refused.
    """

    id: str
    location: str
    account: str
    patient_id: str
    first_name: str = ""
    last_name: str = ""
    birthdate: date | None = None
    guarantor_id: str
    guarantor_name: str = ""
    debit_patient_id: str
    phone: str = ""
    language: str = "en"
    patient_state: str = ""
    case_id: str = ""
    treatment_plan_id: str = ""
    deposit_id: str = ""
    category: str = ""
    template: str = ""
    state: PlanState = PlanState.DRAFT
    plan: PaymentPlan | None = None
    proposal: Proposal | None = None
    cash_price_cents: Cents | None = None
    cash_price_for_cents: Cents | None = None
    version: int = 0
    signed_version: int = 0
    note: str = ""
    terms_notes: str = ""
    autopay: bool = True
    paused: str = ""
    card: PlanCard | None = None
    card_checkout_id: str = ""
    card_permission_at: datetime | None = None
    released_cards: tuple[PlanCard, ...] = ()
    insured: tuple[str, ...] = ()
    pms_plan_id: str = ""
    pms_version: int = 0
    pms_closed: bool = False
    compared_on: date | None = None
    ledger_compared_on: date | None = None
    next_due: date | None = None
    signed_on: date | None = None
    created_at: datetime
    activated_at: datetime | None = None
    closed_at: datetime | None = None
    revision: int = 0

    @property
    def about(self) -> str:
        """Names what staff say about the plan, so that a form that was read before somebody's change is noticed."""
        said = (self.category, self.guarantor_id, self.autopay, self.cash_price_cents, self.insured, self.note)
        return sha256(repr(said).encode()).hexdigest()[:16]

    @property
    def shown_plan(self) -> PaymentPlan:
        """The plan to look at: the one in force, else the draft."""
        if self.plan is not None:
            return self.plan
        assert self.proposal is not None, "a plan has terms in force or proposed"
        return PaymentPlan(self.proposal.terms, self.proposal.production)

    def cash_price_of(self, principal_cents: Cents) -> Cents | None:
        """What this much work costs without the plan: the discount that was named stays when the work changes."""
        if self.cash_price_cents is None:
            return None
        named_for = self.cash_price_for_cents or self.shown_plan.principal_cents
        return principal_cents - (named_for - self.cash_price_cents)

    @property
    def newest_production(self) -> tuple[ProductionItem, ...]:
        """What the work is worth as last heard, signed or not."""
        return self.proposal.production if self.proposal is not None else self.shown_plan.production


Place = tuple[date, str]
"""Where a walk through the plans by their next date stands: that date and the id of the last plan."""


@dataclass(frozen=True, slots=True)
class NearPage:
    """Plans that come up, in the order of their next dates; `last` is where the next page begins, None at the end."""

    records: tuple[PlanRecord, ...]
    last: Place | None


@dataclass(frozen=True, slots=True)
class DuePage:
    """Plans that a day's run must look at. `unreadable`: rows that hold no plan any more, each with the reason."""

    records: tuple[PlanRecord, ...]
    unreadable: tuple[tuple[str, str], ...]
    full: bool


class Signature(_Record):
    """`how`: typed (`mark` is the name) or drawn (`mark` is SVG path data). `address`: where it came from. `consent`:
    what the signer agreed to about papers on a screen, in the words that stood there (15 USC 7001(c))."""

    name: str
    how: Literal["typed", "drawn"]
    mark: str
    address: str
    device: str = ""
    in_office: bool = False
    consent: str = ""


class Parties(_Record):
    """Who agrees, and how it is paid, as the paper of an offer says."""

    practice: str
    address: str
    phone: str
    zone: str
    patient: str
    guarantor_id: str
    guarantor: str
    debit_patient_id: str
    autopay: bool


class PlanVersion(_Record):
    """What was offered, exactly: the agreement as a PDF with its SHA-256, and the signature once there is one.

    `parties` is None on offers from before it was kept.
    """

    plan_id: str
    number: int
    proposal: Proposal
    shown: Shown
    parties: Parties | None = None
    language: str = "en"
    words: str
    card_words: str = ""
    offered_at: datetime
    offered_by: str
    valid_until: date
    withdrawn_at: datetime | None = None
    agreement: bytes
    agreement_sha256: str
    signature: Signature | None = None
    signed_at: datetime | None = None
    signed_agreement: bytes = b""
    pms_document_id: str = ""


class PlanEvent(_Record):
    """One line of a plan's audit. `actor` is a staff key, "patient" or "chairtime" (automatic)."""

    at: datetime
    actor: str
    kind: str
    text: str


class CollectionState(StrEnum):
    """How taking one date's money stands. PAYING: the payer is on a pay page; PERSON: a person has a task."""

    WAITING = "waiting"
    CHARGING = "charging"
    DECLINED = "declined"
    ACTION_NEEDED = "action_needed"
    PAYING = "paying"
    PERSON = "person"
    PAID = "paid"
    NOTHING_DUE = "nothing_due"
    CANCELED = "canceled"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


PAYOFF = "payoff"
"""The code of a collection that pays off all of a plan at once, by a page that the payer asked for."""


SETTLED = frozenset(
    {
        CollectionState.PAID,
        CollectionState.NOTHING_DUE,
        CollectionState.CANCELED,
        CollectionState.REFUNDED,
        CollectionState.DISPUTED,
    }
)


UNSETTLED = frozenset(CollectionState) - SETTLED
COMING_IN = frozenset({CollectionState.CHARGING, CollectionState.PAYING})
"""The money may be taken at this moment."""

NOT_TAKEN = UNSETTLED | {CollectionState.CANCELED, CollectionState.NOTHING_DUE}
"""No money is here for it; when some comes in all the same, it counts."""


class Collection(_Record):
    """The money of one date of one plan. `number` above 1: charged on a date whose money was collected before.

    `id` (`pc_...`) is all that the card processor is told.
    """

    id: str
    plan_id: str
    location: str
    day: date
    number: int = 1
    amount_cents: Cents
    state: CollectionState = CollectionState.WAITING
    attempt: int = 0
    code: str = ""
    checkout_id: str = ""
    checkout_url: str = ""
    payment_id: str = ""
    paid_cents: Cents = 0
    refunded_cents: Cents = 0
    ledger_id: str = ""
    paid_at: datetime | None = None
    started: bool = False

    @property
    def workflow_id(self) -> str:
        """`charge/{plan}/{date}`, with a number behind it from the second on."""
        return charge_id(self.plan_id, self.day, self.number)

    def key(self, attempt: int) -> str:
        """Our idempotency key of one attempt at the card."""
        day = self.day.isoformat() if self.number == 1 else f"{self.day.isoformat()}.{self.number}"
        return f"charge:{self.plan_id}:{day}:{attempt}"


@dataclass(frozen=True, slots=True)
class Moved:
    """A collection going from one of the states `before` to `after`, with these fields of it set; only while the fields
    in `expected` are still as they were read."""

    collection_id: str
    before: frozenset[CollectionState]
    after: CollectionState
    changes: Mapping[str, object] = field(default_factory=dict)
    expected: Mapping[str, object] = field(default_factory=dict)


def charge_id(plan_id: str, day: date, number: int = 1) -> str:
    return f"charge/{plan_id}/{day.isoformat()}" + (f"/{number}" if number > 1 else "")


class PlanDifference(_Record):
    """A date on which our posted charges and the PMS's do not agree, and why."""

    plan_id: str
    day: date
    our_principal_cents: Cents
    our_interest_cents: Cents
    pms_principal_cents: Cents
    pms_interest_cents: Cents
    explanation: str
    seen_on: date


class PlanTermDifference(_Record):
    """A term or an item of the plan that the PMS holds otherwise, and why; values as a person reads them."""

    plan_id: str
    name: str
    ours: str
    pms: str
    explanation: str
    seen_on: date


class PlanMoneyDifference(_Record):
    """A payment that our plan and the PMS's ledger do not tell alike, and why. `reference`: ours, or the PMS's id."""

    plan_id: str
    reference: str
    day: date
    our_cents: Cents
    pms_cents: Cents
    explanation: str
    seen_on: date


class PlanDay(_Record):
    """A location's posting run of one day, done."""

    location: str
    day: date
    done_at: datetime
    plans: int
    charged_cents: Cents
