"""Patients' links, known by the SHA-256 of their token."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from db.tables.base import Row


class LinkRow(Row, table=True):
    __tablename__ = "links"
    __table_args__ = (Index(None, "case_id"), Index(None, "phone"))

    token_hash: str = Field(primary_key=True)
    case_id: str
    phone: str
    created_at: datetime
    expires_at: datetime
    failures: int = 0
    closed_at: datetime | None = None
    close_reason: str = ""
