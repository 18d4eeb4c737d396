"""Texts out and in, the contact decisions, and the numbers that are not to be texted."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from db.tables.base import Row


class TextRow(Row, table=True):
    """The outbox (domain.records.TextRecord): one text per case, step and number, whatever dies and whenever.

    ``begun_at``: when the last attempt to send it began; reconciliation leaves a text alone that is just being sent.
    ``told_at``: when whoever has to know heard that it did not arrive; None while that is still to be said.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("case_id", "step", "to"),
        Index(None, "state", "created_at"),
        Index(None, "to", "kind", "created_at"),
        Index(None, "sid"),
        Index(None, "state", "told_at"),
    )

    id: str = Field(primary_key=True)
    case_id: str
    location: str
    step: str
    to: str
    body: str
    kind: str
    template: str
    language: str
    state: str
    sid: str
    error_code: str
    attempts: int
    created_at: datetime
    lapses_at: datetime
    begun_at: datetime | None = None
    sent_at: datetime | None = None
    not_before: datetime | None = None
    told_at: datetime | None = None
    why: str = Field(default="", sa_column_kwargs={"server_default": ""})
    rule: str
    local_time: str


class InboundTextRow(Row, table=True):
    __tablename__ = "inbound_texts"
    __table_args__ = (Index(None, "sender", "received_at"), Index(None, "handled_at"))

    sid: str = Field(primary_key=True)
    sender: str
    recipient: str
    body: str
    received_at: datetime
    intent: str
    case_id: str
    urgent: bool
    handled_at: datetime | None = None


class ContactDecisionRow(Row, table=True):
    """Why a text was allowed or not, at the moment of sending."""

    __tablename__ = "contact_log"
    __table_args__ = (Index(None, "phone", "at"), Index(None, "case_id"))

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    case_id: str
    phone: str
    template: str
    allowed: bool
    rule: str
    local_time: str


class SuppressionRow(Row, table=True):
    """A number that is not texted any more; lifting keeps the row, for the record.

    ``source`` and ``lifted_by`` say who spoke; ``told_at``: when the PMS knew of the newest word, None while it does
    not.
    """

    __tablename__ = "suppressions"

    phone: str = Field(primary_key=True)
    reason: str
    source: str
    at: datetime
    lifted_at: datetime | None = None
    lifted_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    told_at: datetime | None = Field(default=None, index=True)
