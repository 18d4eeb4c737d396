"""An office: one Open Dental database, with one customer key, one main clinic and one time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.opendental.wire import DATETIME_FORMAT
from sandbox.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS office (
    OfficeNum INTEGER PRIMARY KEY, CustomerKey TEXT NOT NULL UNIQUE, Name TEXT NOT NULL, Zone TEXT NOT NULL,
    Increment INTEGER NOT NULL, Kind TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Office:
    """`increment` is the AppointmentTimeIncrement preference in minutes; `kind` is dental or medspa."""

    number: int
    key: str
    name: str
    zone_name: str
    increment: int
    kind: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    @property
    def clinic_num(self) -> int:
        """The main clinic; a branch has a number of its own and the same database."""
        return self.number

    def local(self, at: datetime) -> datetime:
        """The office's wall clock, naive, to the second."""
        return at.astimezone(self.zone).replace(tzinfo=None, microsecond=0)

    def local_text(self, at: datetime) -> str:
        return self.local(at).strftime(DATETIME_FORMAT)

    def utc(self, local_text: str) -> datetime:
        """The moment that a stored local time means (the earlier one where clocks go back)."""
        return datetime.strptime(local_text, DATETIME_FORMAT).replace(tzinfo=self.zone).astimezone(UTC)


def offices(store: Store) -> list[Office]:
    rows = store.all("SELECT * FROM office ORDER BY OfficeNum")
    return [_office(row) for row in rows]


def office_by_key(store: Store, key: str) -> Office | None:
    row = store.one("SELECT * FROM office WHERE CustomerKey = ?", (key,))
    return _office(row) if row else None


def office_by_number(store: Store, number: int) -> Office:
    """Raises KeyError for an office that is not there."""
    row = store.one("SELECT * FROM office WHERE OfficeNum = ?", (number,))
    if row is None:
        raise KeyError(f"no office {number}")
    return _office(row)


def _office(row: object) -> Office:
    return Office(*tuple(row))  # type: ignore[arg-type]  # columns stand in the order of the fields
