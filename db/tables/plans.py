"""Payment plans: the plan, what was offered and signed, the money to take, the audit, what the PMS says otherwise."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, false
from sqlmodel import Field

from db.columns import JsonList, JsonObject, MaybeJsonObject
from db.tables.base import Row


class PlanRow(Row, table=True):
    """One payment plan (domain.plan_records.PlanRecord)."""

    __tablename__ = "plans"
    __table_args__ = (
        Index(None, "location", "next_due", "id"),
        Index(None, "location", "state"),
        Index(None, "location", "has_released_cards"),
        Index(None, "patient_id"),
        Index(None, "case_id"),
        Index(None, "deposit_id"),
    )

    id: str = Field(primary_key=True)
    location: str
    account: str
    patient_id: str
    first_name: str
    last_name: str
    birthdate: date | None = None
    guarantor_id: str
    guarantor_name: str
    debit_patient_id: str
    phone: str
    language: str
    patient_state: str
    case_id: str
    treatment_plan_id: str
    deposit_id: str
    category: str
    template: str
    state: str
    plan: MaybeJsonObject = None
    proposal: MaybeJsonObject = None
    cash_price_cents: int | None = None
    cash_price_for_cents: int | None = None
    version: int
    signed_version: int
    note: str
    terms_notes: str = Field(default="", sa_column_kwargs={"server_default": ""})
    autopay: bool
    paused: str
    card: MaybeJsonObject = None
    card_checkout_id: str
    card_permission_at: datetime | None = None
    released_cards: list[Any] = Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"})
    has_released_cards: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    insured: JsonList
    pms_plan_id: str
    pms_version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    pms_closed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    compared_on: date | None = None
    ledger_compared_on: date | None = None
    next_due: date | None = None
    signed_on: date | None = None
    created_at: datetime
    activated_at: datetime | None = None
    closed_at: datetime | None = None
    revision: int


class PlanItemRow(Row, table=True):
    """Which plan has a procedure or adjustment: one at most in a PMS account."""

    __tablename__ = "plan_items"
    __table_args__ = (Index(None, "plan_id"),)

    account: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    plan_id: str = Field(foreign_key="plans.id", ondelete="CASCADE")


class PlanVersionRow(Row, table=True):
    """What was offered, with the document itself; the signature once there is one."""

    __tablename__ = "plan_versions"
    __table_args__ = (Index(None, "signed_at", "pms_document_id"),)

    plan_id: str = Field(primary_key=True, foreign_key="plans.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    proposal: JsonObject
    shown: JsonObject
    parties: MaybeJsonObject = None
    language: str
    words: str
    card_words: str
    offered_at: datetime
    offered_by: str
    valid_until: date
    withdrawn_at: datetime | None = None
    agreement: bytes = Field(sa_type=LargeBinary)
    agreement_sha256: str
    signature: MaybeJsonObject = None
    signed_at: datetime | None = None
    signed_agreement: bytes = Field(sa_type=LargeBinary)
    pms_document_id: str


class PlanEventRow(Row, table=True):
    """The audit; lines are only ever added."""

    __tablename__ = "plan_events"
    __table_args__ = (Index(None, "plan_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: str
    at: datetime
    actor: str
    kind: str
    text: str


class CollectionRow(Row, table=True):
    """The money of one date of one plan."""

    __tablename__ = "plan_collections"
    __table_args__ = (
        Index(None, "plan_id", "day", "number", unique=True),
        Index(None, "location", "state", "started"),
        Index(None, "payment_id"),
        Index(None, "checkout_id"),
    )

    id: str = Field(primary_key=True)
    plan_id: str = Field(foreign_key="plans.id", ondelete="CASCADE")
    location: str
    day: date
    number: int
    amount_cents: int
    state: str
    attempt: int
    code: str
    checkout_id: str
    checkout_url: str
    payment_id: str
    paid_cents: int
    refunded_cents: int
    ledger_id: str
    paid_at: datetime | None = None
    started: bool


class PlanDifferenceRow(Row, table=True):
    __tablename__ = "plan_differences"

    plan_id: str = Field(primary_key=True, foreign_key="plans.id", ondelete="CASCADE")
    day: date = Field(primary_key=True)
    our_principal_cents: int
    our_interest_cents: int
    pms_principal_cents: int
    pms_interest_cents: int
    explanation: str
    seen_on: date


class PlanTermDifferenceRow(Row, table=True):
    """What the PMS holds otherwise of a plan's terms and production."""

    __tablename__ = "plan_term_differences"

    plan_id: str = Field(primary_key=True, foreign_key="plans.id", ondelete="CASCADE")
    name: str = Field(primary_key=True)
    ours: str
    pms: str
    explanation: str
    seen_on: date


class PlanMoneyDifferenceRow(Row, table=True):
    """A payment that our plan and the PMS's ledger do not tell alike."""

    __tablename__ = "plan_money_differences"

    plan_id: str = Field(primary_key=True, foreign_key="plans.id", ondelete="CASCADE")
    reference: str = Field(primary_key=True)
    day: date
    our_cents: int
    pms_cents: int
    explanation: str
    seen_on: date


class PlanActRow(Row, table=True):
    """A form of staff that was acted on, by its one-time id: it acts once, however often it is sent."""

    __tablename__ = "plan_acts"

    command_id: str = Field(primary_key=True)
    plan_id: str = Field(foreign_key="plans.id", ondelete="CASCADE", index=True)
    at: datetime


class PlanDayRow(Row, table=True):
    """A location's posting run of one day, done."""

    __tablename__ = "plan_days"

    location: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    done_at: datetime
    plans: int
    charged_cents: int
