"""An accepted treatment plan, and the one visit of it that a case books."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

CELL_MINUTES = 5
"""Length of one pattern character and of one hold cell, in minutes (Open Dental's appointment grid)."""


class ProcedureStatus(StrEnum):
    PLANNED = "planned"
    SCHEDULED = "scheduled"
    COMPLETED = "completed"
    INACTIVE = "inactive"
    REFERRED = "referred"
    DELETED = "deleted"


class PlannedProcedure(BaseModel):
    """One row of a plan.

    ``pattern`` is the time pattern in 5-minute characters, ``X`` provider time and ``/`` assistant time;
    ``priority`` is the office's own word ("1", "Next", ""), ``priority_rank`` its order (lower first).
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

    @property
    def minutes(self) -> int:
        return CELL_MINUTES * len(self.pattern)


class PlanState(StrEnum):
    ACCEPTED = "accepted"
    PRESENTED = "presented"
    DECLINED = "declined"
    GONE = "gone"


class TreatmentPlan(BaseModel):
    """A plan as the PMS has it now. ``acceptance`` changes when it is accepted anew (plan id + signature stamp)."""

    model_config = ConfigDict(frozen=True)

    id: str
    patient_id: str
    state: PlanState
    acceptance: str = ""
    accepted_at: datetime | None = None
    heading: str = ""
    presenter: str = ""
    procedures: tuple[PlannedProcedure, ...] = ()
    estimates_insurance: bool = False

    def open_procedures(self) -> tuple[PlannedProcedure, ...]:
        """Procedures still to be booked: planned and on no scheduled appointment."""
        return tuple(p for p in self.procedures if p.status is ProcedureStatus.PLANNED and not p.appointment_id)


class PlannedAppointment(BaseModel):
    """The office's own decision which procedures go together; Open Dental calls it a planned appointment."""

    model_config = ConfigDict(frozen=True)

    id: str
    pattern: str
    provider_id: str
    procedure_ids: tuple[str, ...]
    hygiene: bool = False
    order: int = 0


class Visit(BaseModel):
    """What one case books: the procedures of one appointment with one provider.

    ``number`` counts the visits of a plan from 1. ``pattern`` may be empty when no time pattern is known.
    """

    model_config = ConfigDict(frozen=True)

    number: int
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

    why: str
    procedures: tuple[PlannedProcedure, ...] = Field(default=())


def choose_visit(plan: TreatmentPlan, planned: Sequence[PlannedAppointment]) -> Visit | UnsureVisit:
    """The first visit to book: the office's planned appointment decides, else the first priority of one provider.

    Unsure (a person calls) when nothing is left to book, or when the first-priority procedures name
    several providers or none.
    """
    open_rows = plan.open_procedures()
    if not open_rows:
        return UnsureVisit(why="every procedure of the plan is already booked, done or withdrawn")
    for appointment in sorted(planned, key=lambda a: (a.order, a.id)):
        rows = tuple(p for p in open_rows if p.id in appointment.procedure_ids)
        if rows:
            return _planned_visit(appointment, rows)
    return _first_priority_visit(open_rows)


def _planned_visit(appointment: PlannedAppointment, rows: tuple[PlannedProcedure, ...]) -> Visit:
    return Visit(
        number=1,
        procedures=rows,
        provider_id=appointment.provider_id or rows[0].provider_id,
        pattern=appointment.pattern or join_patterns(p.pattern for p in rows),
        planned_appointment_id=appointment.id,
        why=f"the office planned appointment {appointment.id} with {len(rows)} of these procedures",
    )


def _first_priority_visit(open_rows: tuple[PlannedProcedure, ...]) -> Visit | UnsureVisit:
    first_rank = min(p.priority_rank for p in open_rows)
    rows = tuple(p for p in open_rows if p.priority_rank == first_rank)
    providers = {p.provider_id for p in rows}
    if len(providers) > 1:
        return UnsureVisit(why=f"the first-priority procedures name {len(providers)} providers", procedures=rows)
    if "" in providers:
        return UnsureVisit(why="the first-priority procedures name no provider", procedures=rows)
    label = rows[0].priority or "none"
    return Visit(
        number=1,
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
