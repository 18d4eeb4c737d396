"""A plan goes on: when its next visit, or one that was called off, becomes a case of its own, and when not."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.case import CaseState
from domain.records import CaseRecord
from domain.treatment_plan import (
    PlannedAppointment,
    PlannedProcedure,
    PlanState,
    ProcedureStatus,
    TreatmentPlan,
    UnsureVisit,
    Visit,
    choose_visit,
)

GOES_ON_AFTER = frozenset({CaseState.BOOKED, CaseState.BOOKED_ELSEWHERE, CaseState.HANDED_OVER})
"""Ends after which the plan may go on. A declined, withdrawn or superseded plan opens nothing."""

CALLED_OFF = "the visit was called off in the PMS and is asked about again"
"""What came of a case (``CaseRecord.followed``) whose appointment somebody took off the schedule in the PMS."""

_A_DAY = timedelta(days=1)
_A_WEEK = timedelta(days=7)


class Next(StrEnum):
    """OPEN: the next visit becomes a case now. AGAIN: the same visit does, since its appointment was called off.
    WAIT: not yet. NEVER: this plan does not go on."""

    OPEN = "open"
    AGAIN = "again"
    WAIT = "wait"
    NEVER = "never"


class NextVisit(BaseModel):
    """``number`` and ``count``: which visit of how many; ``why`` is for staff; ``person``: somebody calls first."""

    model_config = ConfigDict(frozen=True)

    kind: Next
    number: int = 0
    count: int = 0
    person: bool = False
    why: str = ""


def next_visit(case: CaseRecord, plan: TreatmentPlan, planned: Sequence[PlannedAppointment]) -> NextVisit:
    """What comes after an ended case, by the plan as the PMS has it now.

    The next visit opens when the case's own visit took place, or left the plan undone (a person asks then), or when the
    office has planned the next one since. A visit that we booked and that stands in the PMS no more is opened again.
    """
    if plan.state is not PlanState.ACCEPTED or (plan.acceptance and plan.acceptance != case.acceptance):
        return NextVisit(kind=Next.NEVER, why="the plan is no longer accepted as it was")
    if not plan.open_procedures():
        if any(row.is_booked for row in plan.procedures):
            return NextVisit(kind=Next.WAIT, why="the rest of the plan is booked")
        return NextVisit(kind=Next.NEVER, why="nothing of the plan is left to book")
    visit = choose_visit(plan, planned)
    number = max(visit.number, case.visit_number + 1)
    coming = NextVisit(kind=Next.OPEN, number=number, count=max(visit.count, number))
    rows = _rows_of(case, plan)
    if _called_off(case, rows):
        why = f"visit {case.visit_number} was booked, and its appointment is no longer in the PMS"
        same = {"kind": Next.AGAIN, "number": case.visit_number, "count": max(visit.count, case.visit_number)}
        return coming.model_copy(update={**same, "person": True, "why": why})
    if took_place(rows):
        why = f"visit {case.visit_number} is done; visit {number} of {coming.count} is to be booked"
        return coming.model_copy(update={"why": why})
    if not any(row.is_open or row.is_booked for row in rows):
        why = f"visit {case.visit_number} left the plan without being done; visit {number} is still open"
        return coming.model_copy(update={"person": True, "why": why})
    if _planned_since(case, visit, planned):
        return coming.model_copy(update={"why": f"the office planned visit {number} of {coming.count}"})
    return NextVisit(kind=Next.WAIT, why=f"visit {case.visit_number} is not done yet")


def took_place(rows: Sequence[PlannedProcedure]) -> bool:
    """Something of the visit is completed and nothing of it waits on an appointment; what is open again was put off."""
    done = any(row.status is ProcedureStatus.COMPLETED for row in rows)
    return done and not any(row.is_booked for row in rows)


def opens_from(case: CaseRecord, tz: tzinfo) -> datetime:
    """Not on the day on which the visit was booked: the next day at the office begins it."""
    settled = max(at for at in (case.booked_at, case.ended_at, case.detected_at) if at is not None)
    midnight = settled.astimezone(tz).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + _A_DAY).astimezone(settled.tzinfo)


def first_look(case: CaseRecord, tz: tzinfo) -> datetime:
    """When the plan is looked at unless the PMS says sooner that the visit is done: a day after the visit."""
    visit = case.booked_start + _A_DAY if case.booked_start else None
    return max(opens_from(case, tz), visit) if visit else opens_from(case, tz)


def later_look(case: CaseRecord, now: datetime) -> datetime:
    """Less and less often, at first after a week: a change in the PMS brings it forward anyway."""
    return now + max(_A_WEEK, now - (case.ended_at or now))


def _called_off(case: CaseRecord, rows: Sequence[PlannedProcedure]) -> bool:
    """Booked by us and all of it to be booked again. What somebody else booked may stand there without procedures."""
    ours = case.state is CaseState.BOOKED and bool(case.appointment_id)
    return ours and bool(rows) and all(row.is_open for row in rows)


def _rows_of(case: CaseRecord, plan: TreatmentPlan) -> list[PlannedProcedure]:
    """The visit's procedures in the plan; all of the plan when the case ended before it had chosen any."""
    ours = {row.id for row in case.procedures}
    return [row for row in plan.procedures if not ours or row.id in ours]


def _planned_since(case: CaseRecord, visit: Visit | UnsureVisit, planned: Sequence[PlannedAppointment]) -> bool:
    if not isinstance(visit, Visit):
        return False
    since = case.booked_at or case.ended_at
    made = next((each.made_at for each in planned if each.id == visit.planned_appointment_id), None)
    return since is not None and made is not None and made > since
