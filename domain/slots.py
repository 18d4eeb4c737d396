"""Openings: real chair time that a visit fits into, and the cells a hold takes.

The nouns stand here; ``domain/openings.py`` finds them, ``domain/ranking.py`` picks the ones to offer.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from domain.treatment_plan import CELL_MINUTES

_CELL_SECONDS = CELL_MINUTES * 60

HORIZON_DAYS = 60
"""How far ahead the book of an office is known; nothing later can be offered."""


class BlockKind(StrEnum):
    """WORK: a provider's hours. BLOCKOUT: time the office keeps for something else."""

    WORK = "work"
    BLOCKOUT = "blockout"


class ScheduleBlock(BaseModel):
    """A stretch of a day in the office's schedule; instants in UTC.

    ``operatories`` may be empty: then WORK counts in the provider's usual chairs and BLOCKOUT in every chair.
    ``label`` is the blockout type's name; ``blocks_booking`` is Open Dental's "NS" flag.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    kind: BlockKind
    start: datetime
    stop: datetime
    provider_id: str = ""
    operatories: tuple[str, ...] = ()
    label: str = ""
    blocks_booking: bool = True


def works(blocks: Iterable[ScheduleBlock], provider_id: str, start: datetime, stop: datetime) -> bool:
    """Whether the provider's hours, taken together, cover [start, stop)."""
    at = start
    hours = (b for b in blocks if b.kind is BlockKind.WORK and b.provider_id == provider_id)
    for block in sorted(hours, key=lambda b: b.start):
        if block.start > at:
            break
        at = max(at, block.stop)
    return at >= stop


class AppointmentStatus(StrEnum):
    SCHEDULED = "scheduled"
    COMPLETE = "complete"
    BROKEN = "broken"
    PLANNED = "planned"
    UNSCHEDULED = "unscheduled"
    DELETED = "deleted"


class Appointment(BaseModel):
    """An appointment in the PMS. ``pattern`` in 5-minute characters, ``X`` = provider time; ``start`` in UTC.

    ``hygienist_id`` is the second provider, if any; ``secondary_pattern`` is the time of the one whom ``pattern`` does
    not mean (Open Dental's PatternSecondary); ``note`` carries our own tag on bookings we made.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    patient_id: str
    status: AppointmentStatus
    start: datetime
    pattern: str
    secondary_pattern: str = ""
    operatory_id: str
    provider_id: str
    hygienist_id: str = ""
    hygiene: bool = False
    planned_id: str = ""
    note: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def stop(self) -> datetime:
        return self.start + timedelta(minutes=CELL_MINUTES * len(self.pattern))

    @property
    def busy_provider_id(self) -> str:
        """Whose time the ``X`` cells are: the hygienist's on a hygiene appointment that has one."""
        return self.hygienist_id if self.hygiene and self.hygienist_id else self.provider_id

    def provider_time(self) -> tuple[tuple[str, str], ...]:
        """(provider id, pattern) of everybody whose time this appointment takes."""
        main = self.busy_provider_id
        if not self.secondary_pattern:
            return ((main, self.pattern),)
        other = self.provider_id if main == self.hygienist_id else self.hygienist_id
        if not other:
            return ((main, self.pattern),)
        return ((main, self.pattern), (other, self.secondary_pattern))


class Opening(BaseModel):
    """A start that can really be booked: this chair, this provider, this pattern. ``reasons`` say why it is offered.

    ``location``: the office's key when it is not the case's own, else "".
    """

    model_config = ConfigDict(frozen=True)

    start: datetime
    pattern: str
    operatory_id: str
    provider_id: str
    reasons: tuple[str, ...] = ()
    location: str = ""

    @property
    def minutes(self) -> int:
        return CELL_MINUTES * len(self.pattern)

    @property
    def stop(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    @property
    def key(self) -> str:
        """Stable name of this choice inside one PMS database, for links and update payloads."""
        return f"{int(self.start.timestamp())}-{self.operatory_id}-{self.provider_id}-{len(self.pattern)}"


def cell_of(instant: datetime) -> int:
    """The number of the 5-minute UTC cell that holds ``instant``."""
    return int(instant.timestamp()) // _CELL_SECONDS


@lru_cache(maxsize=65_536)
def cell_start(cell: int) -> datetime:
    return datetime.fromtimestamp(cell * _CELL_SECONDS, UTC)


def held_cells(start: datetime, pattern: str, operatory_id: str, provider_id: str) -> Iterator[tuple[str, int]]:
    """(resource, cell) pairs that a hold or appointment takes: the chair's every cell, the provider's X cells."""
    first = cell_of(start)
    for offset, mark in enumerate(pattern):
        yield f"op:{operatory_id}", first + offset
        if mark == "X":
            yield f"prov:{provider_id}", first + offset
