"""Soft holds. One row per resource and 5-minute cell: its primary key is what keeps one winner."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from db.columns import JsonList
from db.tables.base import Row


class HoldRow(Row, table=True):
    __tablename__ = "holds"
    __table_args__ = (Index(None, "case_id", "state"), Index(None, "account", "state"))

    id: str = Field(primary_key=True)
    case_id: str
    account: str
    start: datetime
    pattern: str
    operatory_id: str
    provider_id: str
    location: str = Field(default="", sa_column_kwargs={"server_default": ""})
    reasons: JsonList
    created_at: datetime
    expires_at: datetime
    state: str


class HoldCellRow(Row, table=True):
    """``resource`` is ``{account}|op:{operatory}`` or ``{account}|prov:{provider}``; ``cell`` a 5-minute UTC cell."""

    __tablename__ = "hold_cells"
    __table_args__ = (Index(None, "hold_id"), Index(None, "cell"))

    resource: str = Field(primary_key=True)
    cell: int = Field(primary_key=True)
    hold_id: str = Field(foreign_key="holds.id", ondelete="CASCADE")
