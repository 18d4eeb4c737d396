"""What the numbers are compared with: the state of a location before we came."""

from datetime import datetime

from sqlmodel import Field

from db.tables.base import Row


class BaselineRow(Row, table=True):
    """One count of plans already accepted: how many, how many of them had no appointment, and their worth."""

    __tablename__ = "baseline_counts"

    location: str = Field(primary_key=True)
    at: datetime = Field(primary_key=True)
    accepted: int
    unscheduled: int
    value_cents: int
    unscheduled_value_cents: int
