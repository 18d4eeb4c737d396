"""Whose phone the texts of a case go to, read anew before every send: numbers, consent and ages change."""

from datetime import date
from typing import Any

from connectors.base import Pms
from domain.people import SILENT_STATUSES, Patient, TextConsent

ADULT = 18


def reader_of(pms: Pms, patient: Patient, today: date) -> Patient | None:
    """At 18 the patient; before that the guarantor, when that is a grown person; else nobody."""
    if not _minor(patient, today):
        return patient
    if patient.guarantor_id in ("", patient.id):
        return None
    guardian = pms.patient(patient.guarantor_id)
    return None if _minor(guardian, today) else guardian


def why_not_texted(reader: Patient | None) -> str:
    """ "" while this phone may be texted; else the reason, for the person who calls instead."""
    if reader is None:
        return "the patient is a minor and the PMS names no grown guarantor"
    if reader.status in SILENT_STATUSES:
        return f"whoever is texted for this patient is {reader.status}"
    if reader.text_consent is TextConsent.NO:
        return "the PMS says not to text this person"
    if reader.mobile is None:
        return "the PMS has no number any more that can be texted"
    return ""


def reader_changes(reader: Patient | None) -> dict[str, Any]:
    """What the case's row keeps of whoever is texted; without anybody there is no phone."""
    if reader is None:
        return {"phone": "", "texted_patient_id": ""}
    return {
        "phone": reader.mobile or "",
        "texted_patient_id": reader.id,
        "language": reader.language or "en",
        "patient_state": reader.state,
    }


def _minor(patient: Patient, today: date) -> bool:
    age = patient.age_on(today)
    return age is not None and age < ADULT
