"""What running processes share: leases, rate budgets, watermarks, heartbeats."""

from datetime import datetime

from sqlmodel import Field

from db.columns import JsonObject
from db.tables.base import Row


class LeaseRow(Row, table=True):
    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: str
    until: datetime


class BudgetRow(Row, table=True):
    """``next_at``: the instant of the last request granted to this account; the next comes an interval later."""

    __tablename__ = "budgets"

    account: str = Field(primary_key=True)
    next_at: datetime


class WatermarkRow(Row, table=True):
    __tablename__ = "watermarks"

    account: str = Field(primary_key=True)
    feed: str = Field(primary_key=True)
    value: str


class HeartbeatRow(Row, table=True):
    __tablename__ = "heartbeats"

    name: str = Field(primary_key=True)
    at: datetime
    info: JsonObject
