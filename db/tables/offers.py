"""Offers made to phones, and the openings that stand in them."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from db.columns import JsonList
from db.tables.base import Row


class OfferRow(Row, table=True):
    __tablename__ = "offers"
    __table_args__ = (Index(None, "phone", "state"), Index(None, "case_id", "state"), Index(None, "state"))

    id: str = Field(primary_key=True)
    case_id: str
    location: str
    step: str
    phone: str
    made_at: datetime
    state: str


class OfferOpeningRow(Row, table=True):
    """One numbered opening of an offer; ``key`` is domain.slots.Opening.key."""

    __tablename__ = "offer_openings"
    __table_args__ = (Index(None, "key"),)

    offer_id: str = Field(primary_key=True, foreign_key="offers.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    key: str
    start: datetime
    pattern: str
    operatory_id: str
    provider_id: str
    location: str = Field(default="", sa_column_kwargs={"server_default": ""})
    reasons: JsonList


class OfferedNumberRow(Row, table=True):
    """A number that was texted to a phone. It is given again only when its offer is over and ``until`` has passed."""

    __tablename__ = "offered_numbers"
    __table_args__ = (Index(None, "offer_id"),)

    phone: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    offer_id: str
    until: datetime
