"""Webhooks as they came in, each once."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from db.tables.base import Row


class InboxRow(Row, table=True):
    __tablename__ = "inbox"
    __table_args__ = (Index(None, "handled_at", "received_at"),)

    source: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    received_at: datetime
    body: str = Field(sa_type=Text)
    handled_at: datetime | None = None
    attempts: int = 0
    error: str = ""
