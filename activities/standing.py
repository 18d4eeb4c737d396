"""The look before every unasked send: may this case still go on, and if not, why.

Reads live from the PMS: the plan, the patient, the patient's appointments.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from activities.reader import reader_of, why_not_texted
from connectors.base import Pms
from connectors.errors import NotFound
from domain.case import earlier_case_id
from domain.people import SILENT_STATUSES, Patient, PatientStatus, TextConsent
from domain.records import CaseRecord
from domain.slots import Appointment, AppointmentStatus
from domain.treatment_plan import PlanState, ProcedureStatus, TreatmentPlan

_OURS = re.compile(r"\bCT-[0-9a-f]{12}\b")
"""The tag of any case: what we booked ourselves for another plan of the patient is nothing to ask about."""

_LIVE = frozenset({AppointmentStatus.SCHEDULED, AppointmentStatus.COMPLETE})


class Standing(StrEnum):
    """GO: carry on. BOOKED_ELSEWHERE: the visit's procedures are on an appointment that is not ours. OTHER_APPOINTMENT:
    the patient made some appointment since accepting, so a person must ask. REVOKED: the plan is no longer accepted.
    SILENT: not a word to the household. NO_CONSENT: texts are not wanted; a person may call."""

    GO = "go"
    BOOKED_ELSEWHERE = "booked_elsewhere"
    OTHER_APPOINTMENT = "other_appointment"
    REVOKED = "revoked"
    SILENT = "silent"
    NO_CONSENT = "no_consent"


class Look(BaseModel):
    """What the look found. ``appointment_id`` names the appointment it is about."""

    model_config = ConfigDict(frozen=True)

    standing: Standing
    why: str = ""
    appointment_id: str = ""


_GONE = Look(standing=Standing.REVOKED, why="the patient or the plan is no longer in the PMS")


class Sight(NamedTuple):
    """A look, and whoever is to be texted now; None: nobody may be."""

    look: Look
    reader: Patient | None = None


def look(pms: Pms, case: CaseRecord, now: datetime, *, asked_about: str = "") -> Look:
    """Re-read the plan's visit in the PMS. ``asked_about``: an appointment a person already said is unrelated."""
    try:
        patient = pms.patient(case.patient_id)
        return _judged(pms, case, patient, now, asked_about)
    except NotFound:
        return _GONE


def see(pms: Pms, case: CaseRecord, local_now: datetime, *, asked_about: str = "") -> Sight:
    """The look with whoever it would be texted to; ``local_now`` in the office's zone, where birthdays begin."""
    try:
        patient = pms.patient(case.patient_id)
        found = _judged(pms, case, patient, local_now, asked_about)
        reader = reader_of(pms, patient, local_now.date())
    except NotFound:
        return Sight(_GONE)
    why_not = why_not_texted(reader)
    if found.standing is Standing.GO and why_not:
        found = Look(standing=Standing.NO_CONSENT, why=why_not)
    return Sight(found, reader)


def _judged(pms: Pms, case: CaseRecord, patient: Patient, now: datetime, asked_about: str) -> Look:
    plan = pms.plan(case.plan_id, case.patient_id)
    return judge(case, patient, plan, pms.appointments_of(case.patient_id), now, asked_about=asked_about)


def judge(
    case: CaseRecord,
    patient: Patient,
    plan: TreatmentPlan,
    appointments: Sequence[Appointment],
    now: datetime,
    *,
    asked_about: str = "",
) -> Look:
    """Whether the plan's visit may still be booked, from facts already read; who may be texted is not asked."""
    if patient.status in SILENT_STATUSES:
        return Look(standing=Standing.SILENT, why=f"the patient is {patient.status}")
    if _revoked(case, plan):
        return Look(standing=Standing.REVOKED, why="the plan is no longer accepted as it was")
    booked = _booked_procedures(case, plan)
    if booked is not None and not _is_ours(case, booked, appointments):
        return Look(standing=Standing.BOOKED_ELSEWHERE, why="already booked in the PMS", appointment_id=booked)
    other = _made_since(case, appointments, now, asked_about)
    if other is not None:
        return Look(
            standing=Standing.OTHER_APPOINTMENT,
            why="an appointment was made since the plan was accepted",
            appointment_id=other.id,
        )
    return Look(standing=Standing.GO)


def _revoked(case: CaseRecord, plan: TreatmentPlan) -> bool:
    if plan.state is not PlanState.ACCEPTED:
        return True
    return bool(plan.acceptance) and plan.acceptance != case.acceptance


def _booked_procedures(case: CaseRecord, plan: TreatmentPlan) -> str | None:
    """The appointment that has the case's procedures, "" when they are simply done; None while any is still open."""
    ours = {p.id for p in case.procedures}
    rows = [p for p in plan.procedures if p.id in ours]
    if not rows or any(p.status is ProcedureStatus.PLANNED and not p.appointment_id for p in rows):
        return None
    return next((p.appointment_id for p in rows if p.appointment_id), "")


def _is_ours(case: CaseRecord, appointment_id: str, appointments: Sequence[Appointment]) -> bool:
    """A booking of this very case that is still being written is no booking elsewhere; nor is the one to be moved."""
    tags = (case_tag(case), tag_of(earlier_case_id(case.case_id)))
    return any(a.id == appointment_id and any(tag in a.note for tag in tags) for a in appointments)


def _made_since(
    case: CaseRecord, appointments: Sequence[Appointment], now: datetime, asked_about: str
) -> Appointment | None:
    for appointment in appointments:
        made = appointment.created_at
        if (
            appointment.status in _LIVE
            and appointment.start > now
            and made is not None
            and made > case.accepted_at
            and appointment.id not in (asked_about, case.appointment_id)
            and not _OURS.search(appointment.note)
        ):
            return appointment
    return None


def case_tag(case: CaseRecord) -> str:
    """Our reference in the notes of appointments we make: opaque, unique to the case."""
    return tag_of(case.case_id)


def tag_of(case_id: str) -> str:
    return "CT-" + sha256(case_id.encode()).hexdigest()[:12]


def textable(patient: Patient, languages: Sequence[str], *, guardian: bool = False) -> str:
    """ "" when the patient may be texted; else the reason, for the coordinator.

    A ``guardian`` need not be treated here: the PMS keeps a guarantor as no patient.
    """
    known = {PatientStatus.ACTIVE, PatientStatus.PROSPECTIVE} | ({PatientStatus.NON_PATIENT} if guardian else set())
    if patient.status not in known:
        return f"the patient is {patient.status}"
    if patient.mobile is None:
        return "no number that can be texted"
    if patient.text_consent is not TextConsent.YES:
        return f"consent to texts: {patient.text_consent}"
    if (patient.language or "en") not in languages:
        return f"no texts in the patient's language ({patient.language})"
    return ""
