"""Cases and their timeline."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from db.columns import JsonList, MaybeJsonObject
from db.tables.base import Row


class CaseRow(Row, table=True):
    """The projection of one case (domain.records.CaseRecord). ``baseline``: accepted before we came, never texted."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "location", "state"),
        Index(None, "ended_at", "next_at"),
        Index(None, "phone", "ended_at"),
        Index(None, "account", "plan_id"),
        Index(None, "account", "patient_id"),
        Index(None, "location", "accepted_at"),
        Index(None, "workflow_started"),
        Index(None, "appointment_id"),
        Index(None, "displaced_location", "displaced_start"),
        Index(None, "follows", unique=True),
        Index(None, "account", "followed", "follow_at"),
    )

    case_id: str = Field(primary_key=True)
    location: str
    source: str
    account: str
    plan_id: str
    patient_id: str
    acceptance: str
    visit_number: int
    plan_visits: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    follows: str | None = None
    follow_at: datetime | None = None
    followed: str = Field(default="", sa_column_kwargs={"server_default": ""})
    accepted_at: datetime
    detected_at: datetime
    baseline: bool = False
    state: str
    path: str
    tier: str
    priority: int
    value_cents: int
    patient_cents: int
    deposit_cents: int
    prepaid_cents: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    pattern: str
    provider_id: str
    provider_kind: str
    hygiene: bool
    planned_appointment_id: str
    procedures: JsonList
    needs: JsonList
    visit_why: str
    person_first: str
    displaced: bool = False
    displaced_start: datetime | None = None
    displaced_provider_id: str = Field(default="", sa_column_kwargs={"server_default": ""})
    displaced_location: str = Field(default="", sa_column_kwargs={"server_default": ""})
    displaced_case: str = Field(default="", sa_column_kwargs={"server_default": ""})
    changing: str = Field(default="", sa_column_kwargs={"server_default": ""})
    changing_since: datetime | None = None
    facts: MaybeJsonObject = None
    route: MaybeJsonObject = None
    rule_version: str
    first_name: str
    last_name: str
    birthdate: date | None = None
    phone: str
    texted_patient_id: str
    language: str
    patient_state: str
    first_offer_due_at: datetime | None = None
    first_offered_at: datetime | None = None
    appointment_id: str
    booked_start: datetime | None = None
    booked_operatory_id: str
    booked_provider_id: str
    booked_location: str = Field(default="", sa_column_kwargs={"server_default": ""})
    booked_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str
    owner: str
    next_at: datetime | None = None
    next_what: str
    workflow_started: bool


class CaseEventRow(Row, table=True):
    """One timeline line; append-only. ``digest`` names what the line says, so that a repeated note is one line."""

    __tablename__ = "case_events"
    __table_args__ = (Index(None, "case_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    case_id: str
    at: datetime
    kind: str
    text: str
    actor: str
