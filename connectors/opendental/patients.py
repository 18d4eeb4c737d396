"""Patients: contact facts, what changed, and their consent to texts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from connectors.opendental import mapping, values
from connectors.opendental.client import one_row
from connectors.opendental.office import Office, latest_mark
from domain.people import Patient

OVERLAP = timedelta(minutes=2)


class Patients:
    def __init__(self, office: Office) -> None:
        self._office = office

    def patient(self, patient_id: str) -> Patient:
        row = one_row(self._office.client.get(f"/patients/{values.number(patient_id)}"), f"patient {patient_id}")
        return mapping.patient(row, self._office.tz)

    def changed_since(self, watermark: str) -> tuple[Sequence[Patient], str]:
        """Patients changed since the mark, and the next mark. "" reads them all."""
        office = self._office
        since = values.since_text(datetime.fromisoformat(watermark), office.tz, OVERLAP) if watermark else ""
        rows = office.client.rows("/patients/Simple", DateTStamp=since, ClinicNum=office.options.clinic_num)
        return [mapping.patient(row, office.tz) for row in rows], latest_mark(rows, office.tz, watermark)

    def set_text_consent(self, patient_id: str, allowed: bool) -> None:
        body = {"TxtMsgOk": "Yes" if allowed else "No"}
        self._office.client.put(f"/patients/{values.number(patient_id)}", body)
