"""An accepted treatment plan, and the one visit of it that a case books."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.route import DoneProcedure

CELL_MINUTES = 5
"""Length of one pattern character and of one hold cell, in minutes (Open Dental's appointment grid)."""


class ProcedureStatus(StrEnum):
    PLANNED = "planned"
    SCHEDULED = "scheduled"
    COMPLETED = "completed"
    INACTIVE = "inactive"
    REFERRED = "referred"
    DELETED = "deleted"


_COUNTING = frozenset({ProcedureStatus.PLANNED, ProcedureStatus.SCHEDULED, ProcedureStatus.COMPLETED})
"""Procedures that are, or were, part of a visit; the others have left the plan."""


class PlannedProcedure(BaseModel):
    """One row of a plan.

    ``pattern`` is the time pattern in 5-minute characters, ``X`` provider time and ``/`` assistant time;
    ``priority`` is the office's own word ("1", "Next", ""), ``priority_rank`` its order (lower first); ``tooth`` is the
    tooth's number as the office writes it, "" when the row names none.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    code: str
    description: str = ""
    category: str = ""
    fee_cents: int = 0
    patient_cents: int = 0
    pattern: str = ""
    provider_id: str = ""
    priority: str = ""
    priority_rank: int = 0
    status: ProcedureStatus = ProcedureStatus.PLANNED
    appointment_id: str = ""
    planned_appointment_id: str = ""
    hygiene: bool = False
    tooth: str = ""

    @property
    def minutes(self) -> int:
        return CELL_MINUTES * len(self.pattern)

    @property
    def is_open(self) -> bool:
        """Still to be booked: planned and on no scheduled appointment."""
        return self.status is ProcedureStatus.PLANNED and not self.appointment_id

    @property
    def is_booked(self) -> bool:
        """Waits on an appointment."""
        on_book = self.status is ProcedureStatus.PLANNED and bool(self.appointment_id)
        return on_book or self.status is ProcedureStatus.SCHEDULED


class PlanState(StrEnum):
    ACCEPTED = "accepted"
    PRESENTED = "presented"
    DECLINED = "declined"
    GONE = "gone"


class TreatmentPlan(BaseModel):
    """A plan as the PMS has it now. ``acceptance`` changes when it is accepted anew (plan id + signature stamp).

    ``done``: what the patient has had done at this office, of this plan or not; empty where the PMS cannot say.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    patient_id: str
    state: PlanState
    acceptance: str = ""
    accepted_at: datetime | None = None
    heading: str = ""
    presenter: str = ""
    procedures: tuple[PlannedProcedure, ...] = ()
    done: tuple[DoneProcedure, ...] = ()
    estimates_insurance: bool = False

    def open_procedures(self) -> tuple[PlannedProcedure, ...]:
        """Procedures still to be booked."""
        return tuple(p for p in self.procedures if p.is_open)


class PlannedAppointment(BaseModel):
    """The office's own decision which procedures go together; Open Dental calls it a planned appointment."""

    model_config = ConfigDict(frozen=True)

    id: str
    pattern: str
    provider_id: str
    procedure_ids: tuple[str, ...]
    hygiene: bool = False
    order: int = 0
    made_at: datetime | None = None


class Visit(BaseModel):
    """What one case books: the procedures of one appointment with one provider.

    It is visit ``number`` of the plan's ``count``, in the order of ``choose_visit``. ``pattern`` may be empty when no
    time pattern is known.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    count: int = 1
    procedures: tuple[PlannedProcedure, ...]
    provider_id: str
    pattern: str
    planned_appointment_id: str = ""
    why: str = ""

    @property
    def minutes(self) -> int:
        return CELL_MINUTES * len(self.pattern)

    @property
    def value_cents(self) -> int:
        return sum(p.fee_cents for p in self.procedures)

    @property
    def patient_cents(self) -> int:
        return sum(p.patient_cents for p in self.procedures)


class UnsureVisit(BaseModel):
    """The plan does not say what belongs together; a person must. ``why`` goes into the coordinator's task."""

    model_config = ConfigDict(frozen=True)

    number: int = 1
    count: int = 1
    why: str
    procedures: tuple[PlannedProcedure, ...] = Field(default=())


class _Group(BaseModel):
    """What belongs to one visit: by the office's planned appointment, or (without one) by priority."""

    model_config = ConfigDict(frozen=True)

    rows: tuple[PlannedProcedure, ...]
    planned: PlannedAppointment | None = None

    @property
    def open_rows(self) -> tuple[PlannedProcedure, ...]:
        return tuple(row for row in self.rows if row.is_open)


def choose_visit(plan: TreatmentPlan, planned: Sequence[PlannedAppointment]) -> Visit | UnsureVisit:
    """The next visit to book: the office's planned appointment decides, else the first priority of one provider.

    The visits of a plan are counted in this order: what was booked or done without a planned appointment, by
    priority; the planned appointments, in the office's order; the rest, by priority. Unsure (a person calls) when
    nothing is left to book, or when the first-priority procedures name several providers or none.
    """
    groups = _groups(plan, planned)
    for number, group in enumerate(groups, start=1):
        if rows := group.open_rows:
            if group.planned is not None:
                return _planned_visit(group.planned, rows, number, len(groups))
            return _priority_visit(rows, number, len(groups))
    return UnsureVisit(
        number=len(groups), count=len(groups), why="every procedure is already booked, done or withdrawn"
    )


def _groups(plan: TreatmentPlan, planned: Sequence[PlannedAppointment]) -> list[_Group]:
    left = [row for row in plan.procedures if row.status in _COUNTING]
    by_office: list[_Group] = []
    for appointment in sorted(planned, key=lambda a: (a.order, a.id)):
        rows = tuple(row for row in left if row.id in appointment.procedure_ids)
        if rows:
            by_office.append(_Group(rows=rows, planned=appointment))
            left = [row for row in left if row not in rows]
    ranks = sorted({row.priority_rank for row in left})
    by_rank = [_Group(rows=tuple(row for row in left if row.priority_rank == rank)) for rank in ranks]
    behind = [group for group in by_rank if not group.open_rows]
    return behind + by_office + [group for group in by_rank if group.open_rows]


def _planned_visit(
    appointment: PlannedAppointment, rows: tuple[PlannedProcedure, ...], number: int, count: int
) -> Visit:
    return Visit(
        number=number,
        count=count,
        procedures=rows,
        provider_id=appointment.provider_id or rows[0].provider_id,
        pattern=appointment.pattern or join_patterns(p.pattern for p in rows),
        planned_appointment_id=appointment.id,
        why=f"the office planned appointment {appointment.id} with {len(rows)} of these procedures",
    )


def _priority_visit(rows: tuple[PlannedProcedure, ...], number: int, count: int) -> Visit | UnsureVisit:
    providers = {p.provider_id for p in rows}
    if len(providers) > 1 or "" in providers:
        named = "no provider" if "" in providers and len(providers) == 1 else f"{len(providers)} providers"
        why = f"the first-priority procedures name {named}"
        return UnsureVisit(number=number, count=count, why=why, procedures=rows)
    label = rows[0].priority or "none"
    return Visit(
        number=number,
        count=count,
        procedures=rows,
        provider_id=rows[0].provider_id,
        pattern=join_patterns(p.pattern for p in rows),
        why=f"{len(rows)} procedures of priority {label} with one provider",
    )


def join_patterns(patterns: Iterable[str]) -> str:
    """Time patterns one after the other: the visit's own pattern in 5-minute characters."""
    return "".join(patterns)


def fit_pattern(pattern: str, minutes: int) -> str:
    """Lengthen a pattern to ``minutes`` with provider time; a longer pattern is kept."""
    missing = -(-minutes // CELL_MINUTES) - len(pattern)
    return pattern + "X" * max(0, missing)
