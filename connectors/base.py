"""Roles a vendor may play, as Protocols. Capabilities are data: callers ask for one, never for a vendor's name.

All calls are synchronous; activities run them in threads. Times are aware UTC, money is integer cents, ids are text.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from domain.case import Acceptance
from domain.deposit_decisions import CardFacts
from domain.people import Operatory, Patient, Provider
from domain.slots import Appointment, ScheduleBlock
from domain.treatment_plan import PlannedAppointment, TreatmentPlan


class Capability(StrEnum):
    """What a vendor can do; a missing one has a documented fallback of ours.

    HISTORY: a plan is read together with what the patient has had done; without it nothing counts as healing.
    """

    CHANGE_FEED = "change_feed"
    WEBHOOKS = "webhooks"
    SCHEDULE = "schedule"
    BOOK = "book"
    CANCEL = "cancel"
    TASKS = "tasks"
    NOTES = "notes"
    LEDGER = "ledger"
    TEXT_CONSENT = "text_consent"
    PAYMENT_PLANS = "payment_plans"
    DOCUMENTS = "documents"
    HISTORY = "history"


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class ConnectorInfo(_Wire):
    """A vendor's manifest."""

    kind: str
    title: str
    capabilities: frozenset[Capability]
    requests_per_second: float | None = None


class ChangePage(_Wire):
    """One poll of a change feed; ``watermark`` is stored and handed back next time (overlap is the feed's business)."""

    acceptances: tuple[Acceptance, ...] = ()
    withdrawn_plans: tuple[str, ...] = ()
    watermark: str = ""


class ProcedureCode(_Wire):
    """A fee-schedule entry: ``pattern`` in 5-minute characters."""

    id: str
    code: str
    description: str
    category: str = ""
    pattern: str = ""
    fee_cents: int = 0
    hygiene: bool = False


class BookingRequest(_Wire):
    """``tag`` is our own reference; it stands in the appointment's note so that a lost answer can be found again."""

    patient_id: str
    start: datetime
    pattern: str
    operatory_id: str
    provider_id: str
    procedure_ids: tuple[str, ...]
    planned_appointment_id: str = ""
    tag: str
    note: str = ""
    hygiene: bool = False


class BookingReceipt(_Wire):
    """``pending``: the vendor took the request but the PMS has not confirmed it yet."""

    appointment_id: str
    pending: bool = False


class TaskDraft(_Wire):
    """A task for a person in the PMS; ``tag`` finds it again."""

    patient_id: str
    task_list_id: str
    user_id: str
    text: str
    tag: str
    urgent: bool = False


class TaskStatus(_Wire):
    task_id: str
    done: bool
    task_list_id: str = ""
    user_id: str = ""


class LedgerPayment(_Wire):
    """A payment for the PMS ledger. ``reference`` (the processor's id) stands in it, so that it is posted once."""

    patient_id: str
    amount_cents: int
    day: date
    reference: str
    note: str
    prepayment: bool = True
    procedure_ids: tuple[str, ...] = ()


class Pms(Protocol):
    """The practice management system of one account. Raises only ``connectors.errors``."""

    info: ConnectorInfo

    def check(self) -> str:
        """One cheap call; returns a line for ``doctor`` or raises."""
        ...

    def accepted_since(self, watermark: str) -> ChangePage: ...
    def plan(self, plan_id: str, patient_id: str) -> TreatmentPlan: ...
    def planned_appointments(self, patient_id: str) -> Sequence[PlannedAppointment]: ...
    def patient(self, patient_id: str) -> Patient: ...
    def patients_changed_since(self, watermark: str) -> tuple[Sequence[Patient], str]: ...
    def procedure_codes(self) -> Sequence[ProcedureCode]: ...
    def providers(self) -> Sequence[Provider]: ...
    def operatories(self) -> Sequence[Operatory]: ...
    def schedule(self, first: date, last: date) -> Sequence[ScheduleBlock]: ...
    def appointments(self, first: date, last: date) -> Sequence[Appointment]: ...
    def appointments_changed_since(self, watermark: str) -> tuple[Sequence[Appointment], str]: ...
    def appointments_of(self, patient_id: str) -> Sequence[Appointment]: ...
    def appointment(self, appointment_id: str) -> Appointment: ...
    def book(self, request: BookingRequest) -> BookingReceipt: ...
    def find_booking(self, request: BookingRequest) -> BookingReceipt | None: ...
    def cancel(self, appointment_id: str, note: str) -> None: ...
    def put_task(self, draft: TaskDraft) -> str: ...
    def find_task(self, draft: TaskDraft) -> str | None: ...
    def task(self, task_id: str) -> TaskStatus: ...
    def move_task(self, task_id: str, task_list_id: str, user_id: str, note: str) -> None: ...
    def close_task(self, task_id: str, note: str) -> None: ...
    def put_note(self, patient_id: str, at: datetime, text: str, tag: str) -> None:
        """A communication-log entry; looked for by ``tag`` first, so writing it twice makes one."""
        ...

    def post_payment(self, payment: LedgerPayment) -> str:
        """Post once: a payment with this reference is found first. Returns the ledger's payment id."""
        ...

    def prepaid_cents(self, patient_id: str) -> int:
        """Unallocated prepayments of the patient, which count towards a deposit."""
        ...

    def set_text_consent(self, patient_id: str, allowed: bool) -> None: ...
    def subscribe(self, url: str) -> None:
        """Ask the PMS to call ``url`` on changes; idempotent."""
        ...


class StaffDirectory(_Wire):
    """Whom tasks can be given to: id -> name of the users, and of the task lists."""

    users: dict[str, str]
    task_lists: dict[str, str]


@runtime_checkable
class KnowsStaff(Protocol):
    """A PMS that can list its users and task lists, so that ``doctor`` can compare a location file with them."""

    def staff_directory(self) -> StaffDirectory: ...


class DocumentDraft(_Wire):
    """A file for the patient's chart. ``extension`` with its dot; ``tag`` stands in the description."""

    patient_id: str
    title: str
    extension: str
    content: bytes
    tag: str


@runtime_checkable
class Documents(Protocol):
    """A PMS with Capability.DOCUMENTS."""

    def file_document(self, draft: DocumentDraft) -> str:
        """Looked for by ``tag`` first, so filing it twice makes one. Returns the document's id."""
        ...


class LedgerSplit(_Wire):
    """A part of a payment in the PMS ledger. ``plan_id``: the payment plan that it is tied to. ``unearned``: it waits,
    as a prepayment does, until it is used."""

    payment_id: str
    day: date
    amount_cents: int
    plan_id: str = ""
    procedure_id: str = ""
    unearned: bool = False


class LedgerEntry(_Wire):
    """A payment in the PMS ledger, below zero for a refund; ``words``: its check number and note."""

    payment_id: str
    day: date
    amount_cents: int
    words: str = ""


@runtime_checkable
class LedgerReads(Protocol):
    """A PMS with Capability.LEDGER whose payments can be read back."""

    def ledger_splits(self, patient_id: str) -> Sequence[LedgerSplit]:
        """Every part of every payment on this person's account."""
        ...

    def ledger_payments(self, patient_id: str) -> Sequence[LedgerEntry]:
        """Every payment that was entered on this person's account."""
        ...


@runtime_checkable
class LedgerRefunds(Protocol):
    """A PMS with Capability.LEDGER that can also take a payment back."""

    def refund_payment(self, payment_id: str) -> str:
        """Refund a whole ledger payment once. Returns the refund's id."""
        ...


class OutgoingText(_Wire):
    """``callback_url`` carries the outbox row's id; ``valid_seconds`` keeps a queued text inside its window."""

    to: str
    body: str
    callback_url: str = ""
    valid_seconds: int = 14400


class TextStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


class SentText(_Wire):
    sid: str
    status: TextStatus
    error_code: str = ""
    body: str = ""
    to: str = ""
    at: datetime | None = None


class Trouble(StrEnum):
    """What a refused or undelivered text asks of us; each vendor says which of its codes means which.

    OPTED_OUT: the phone wants no texts. SENDER: nothing from this sender can arrive. FILTERED: the carrier takes these
    words for spam. LATER: not now, one more try makes sense. NUMBER: no text reaches this number. UNKNOWN: all others.
    """

    OPTED_OUT = "opted_out"
    SENDER = "sender"
    FILTERED = "filtered"
    LATER = "later"
    NUMBER = "number"
    UNKNOWN = "unknown"


class Texting(Protocol):
    """A text-message vendor. ``send`` raises Ambiguous when the text may have gone out.

    ``hides_bodies``: its lists do not show what was written, so a lost text cannot be found by its words.
    """

    info: ConnectorInfo

    @property
    def hides_bodies(self) -> bool: ...
    def trouble(self, code: str) -> Trouble: ...
    def check(self) -> str: ...
    def send(self, text: OutgoingText) -> SentText: ...
    def fetch(self, sid: str) -> SentText: ...
    def sent_to(self, to: str, since: datetime) -> Sequence[SentText]: ...


class CheckoutRequest(_Wire):
    """``key`` is our idempotency key and the opaque reference (``dep_...``); nothing about health goes in."""

    key: str
    amount_cents: int
    expires_at: datetime
    success_url: str
    cancel_url: str
    reference: str
    save_card: bool = False


class Checkout(_Wire):
    id: str
    url: str
    status: str
    paid: bool
    payment_id: str = ""
    amount_cents: int = 0
    reference: str = ""
    expires_at: datetime | None = None


class CardOnFile(_Wire):
    customer_id: str
    payment_method_id: str
    brand: str = ""
    last4: str = ""
    exp_month: int = 0
    exp_year: int = 0


class ChargeResult(_Wire):
    payment_id: str
    status: str
    amount_cents: int


class Dispute(_Wire):
    """A payer's dispute of a payment with their bank. ``standing``: open while the bank has not decided."""

    id: str
    amount_cents: int
    standing: Literal["open", "won", "lost"]


class Payments(Protocol):
    """A card processor. Every write takes our own idempotency key."""

    info: ConnectorInfo

    def check(self) -> str: ...
    def open_checkout(self, request: CheckoutRequest) -> Checkout: ...
    def checkout(self, checkout_id: str) -> Checkout: ...
    def find_checkout(self, reference: str) -> Checkout | None: ...
    def expire_checkout(self, checkout_id: str) -> Checkout:
        """Expire it, or return it as paid when the patient was faster."""
        ...

    def refund(self, payment_id: str, amount_cents: int, key: str) -> str: ...
    def refund_made(self, payment_id: str, key: str) -> int:
        """Cents that were given back under this key, 0 when none were."""

    def refunded_cents(self, payment_id: str) -> int: ...
    def dispute(self, payment_id: str) -> Dispute | None:
        """The newest dispute of this payment, as it stands now."""

    def card_facts(self, payment_id: str) -> CardFacts:
        """The card and the amounts of a payment, for a page: answers or raises within a few seconds."""

    def setup_card(self, request: CheckoutRequest) -> Checkout: ...
    def card_of(self, checkout_id: str) -> CardOnFile: ...
    def charge_card(self, card: CardOnFile, amount_cents: int, key: str, reference: str) -> ChargeResult: ...
    def charge_made(self, card: CardOnFile, key: str) -> ChargeResult | None:
        """What was taken from this card's owner under this key; None when nothing was."""

    def detach_card(self, card: CardOnFile) -> None:
        """Take a card off its owner for good; a card that is off already, or unknown, stays off."""
        ...


class Vendors(Protocol):
    """Resolves the connectors of a location; activities get this, never a vendor."""

    def pms(self, location: str) -> Pms: ...
    def texting(self, location: str) -> Texting: ...
    def payments(self, location: str) -> Payments: ...


class Pacer(Protocol):
    """The rate budget of one account, shared over processes; blocks until the next request may go."""

    def wait(self, account: str) -> None: ...
