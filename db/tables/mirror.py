"""The mirror of each PMS account. Bodies are JSON texts of domain objects, so that a month reads in milliseconds."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from db.tables.base import Row


class MirrorProviderRow(Row, table=True):
    __tablename__ = "mirror_providers"

    account: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)


class MirrorOperatoryRow(Row, table=True):
    __tablename__ = "mirror_operatories"

    account: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)


class MirrorCodeRow(Row, table=True):
    """Keyed by the code itself ("D2740"), which is what plans and rules name."""

    __tablename__ = "mirror_codes"

    account: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)


class MirrorBlockRow(Row, table=True):
    """A schedule block; ``start_cell`` to ``stop_cell`` (exclusive) are 5-minute UTC cells."""

    __tablename__ = "mirror_blocks"
    __table_args__ = (Index(None, "account", "start_cell"),)

    account: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    start_cell: int
    stop_cell: int
    body: str = Field(sa_type=Text)


class MirrorAppointmentRow(Row, table=True):
    """An appointment; cells as in MirrorBlockRow."""

    __tablename__ = "mirror_appointments"
    __table_args__ = (Index(None, "account", "start_cell"), Index(None, "account", "patient_id"))

    account: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    patient_id: str
    start_cell: int
    stop_cell: int
    body: str = Field(sa_type=Text)


class MirrorPatientRow(Row, table=True):
    """A patient's contact facts; ``mobile`` is E.164 or empty."""

    __tablename__ = "mirror_patients"
    __table_args__ = (Index(None, "mobile"),)

    account: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    mobile: str = ""
    body: str = Field(sa_type=Text)


class MirrorStateRow(Row, table=True):
    """When a feed of the account was last read whole."""

    __tablename__ = "mirror_state"

    account: str = Field(primary_key=True)
    feed: str = Field(primary_key=True)
    fresh_at: datetime
