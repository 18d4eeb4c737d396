"""A fresh acceptance at the practice, and the booking that it asks for."""

from datetime import UTC, datetime
from typing import Any

from connectors.base import (
    BookingRequest,
    Pms,
)
from domain.case import Acceptance
from domain.slots import Appointment, AppointmentStatus
from domain.treatment_plan import TreatmentPlan, Visit, choose_visit
from tests.connectors.practice import Practice


def accepted(practice: Practice, pms: Pms) -> tuple[Acceptance, TreatmentPlan]:
    """A plan of this office that is signed just now."""
    practice.advance(600)
    just_before = practice.now().isoformat()
    waiting = practice.waiting_plan()
    practice.post("accept", treat_plan_nums=[waiting["TreatPlanNum"]])
    number = str(waiting["TreatPlanNum"])
    found = next(a for a in pms.accepted_since(just_before).acceptances if a.plan_id == number)
    return found, pms.plan(found.plan_id, found.patient_id)


def visit_of(pms: Pms, plan: TreatmentPlan) -> Visit:
    visit = choose_visit(plan, pms.planned_appointments(plan.patient_id))
    assert isinstance(visit, Visit)
    return visit


def request_for(practice: Practice, pms: Pms, tag: str) -> BookingRequest:
    """A booking of a fresh acceptance, in a time of night when no chair is used."""
    _, plan = accepted(practice, pms)
    visit = visit_of(pms, plan)
    return BookingRequest(
        patient_id=plan.patient_id,
        start=datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
        pattern=visit.pattern,
        operatory_id=pms.operatories()[0].id,
        provider_id=visit.provider_id,
        procedure_ids=tuple(p.id for p in visit.procedures),
        planned_appointment_id=visit.planned_appointment_id,
        tag=tag,
        note="Needs a wheelchair",
    )


def made_by(practice: Practice, tag: str) -> list[dict[str, Any]]:
    """Scheduled appointments with our tag, by the practice's own records."""
    rows = practice.get("records?new=true")["appointments"]
    return [row for row in rows if f"[{tag}]" in row["note"] and row["status"] == "Scheduled"]


def assert_matches(booked: Appointment, request: BookingRequest) -> None:
    assert (booked.start, booked.pattern, booked.status) == (
        request.start,
        request.pattern,
        AppointmentStatus.SCHEDULED,
    )
    assert (booked.operatory_id, booked.provider_id) == (request.operatory_id, request.provider_id)
    assert booked.patient_id == request.patient_id
    assert "Needs a wheelchair" in booked.note
