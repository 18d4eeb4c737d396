"""Deposits, and everything that must reach the PMS once."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, false
from sqlmodel import Field

from db.columns import JsonObject
from db.tables.base import Row


class DepositRow(Row, table=True):
    """One attempt to take a deposit (domain.records.DepositRecord)."""

    __tablename__ = "deposits"
    __table_args__ = (
        UniqueConstraint("case_id", "attempt"),
        Index(None, "checkout_id"),
        Index(None, "payment_id"),
        Index(None, "hold_id"),
        Index(None, "state", "created_at"),
        Index(None, "patient_id"),
    )

    id: str = Field(primary_key=True)
    case_id: str
    location: str
    patient_id: str
    attempt: int
    amount_cents: int
    state: str
    checkout_id: str
    checkout_url: str
    payment_id: str
    refunded_cents: int
    hold_id: str
    policy_name: str
    policy_version: str
    policy_words: str = Field(default="", sa_column_kwargs={"server_default": ""})
    policy_accepted_at: datetime | None = None
    policy_accepted_from: str
    created_at: datetime
    paid_at: datetime | None = None
    ledger_id: str
    giving_back: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    note: str


class LedgerWriteRow(Row, table=True):
    """A payment, refund or note that must stand in the PMS once; ``reference`` is what finds it there again."""

    __tablename__ = "ledger_writes"
    __table_args__ = (Index(None, "state", "created_at"), Index(None, "case_id"))

    reference: str = Field(primary_key=True)
    kind: str
    case_id: str
    location: str
    payload: JsonObject
    state: str = "waiting"
    pms_id: str = ""
    attempts: int = 0
    error: str = ""
    created_at: datetime
    done_at: datetime | None = None
