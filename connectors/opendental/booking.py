"""Appointments: reading them, following their changes, booking and cancelling.

Open Dental has no idempotency key and may accept an overlap, so each booking carries our tag in its note:
``find_booking`` looks for it after an answer that was lost. Booking is never retried in here.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from connectors.base import BookingReceipt, BookingRequest
from connectors.errors import Conflict, ConnectorError, InvalidRequest, NotFound
from connectors.opendental import mapping, values
from connectors.opendental.client import made_row, one_row
from connectors.opendental.office import Office, has_tag, latest_mark, tagged
from connectors.opendental.values import Row, ident, instant, text
from domain.slots import Appointment, AppointmentStatus

OVERLAP = timedelta(minutes=2)
_DELETIONS_AHEAD = timedelta(days=120)


class Booking:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._keeps_history = True

    def appointments(self, first: date, last: date) -> Sequence[Appointment]:
        """Appointments from ``first`` to ``last``, both included (office days)."""
        days = {"dateStart": first.isoformat(), "dateEnd": last.isoformat()}
        return self._mapped(
            self._office.client.rows("/appointments", **days, ClinicNum=self._office.options.clinic_num)
        )

    def changed_since(self, watermark: str) -> tuple[Sequence[Appointment], str]:
        """What changed since the mark, deletions included where the office's version shows them, and the next mark.

        "" only sets the mark: the appointments that there are come from ``appointments``.
        """
        client, tz, clinic = self._office.client, self._office.tz, self._office.options.clinic_num
        if not watermark:
            newest = client.get("/appointments", Limit=1)
            return [], latest_mark(newest, tz, "") if newest else ""
        mark = datetime.fromisoformat(watermark)
        rows = client.rows("/appointments", DateTStamp=values.since_text(mark, tz, OVERLAP), ClinicNum=clinic)
        return [*self._mapped(rows), *self._deleted_since(mark)], latest_mark(rows, tz, watermark)

    def appointments_of(self, patient_id: str) -> Sequence[Appointment]:
        return self._mapped(self._office.client.rows("/appointments", PatNum=values.number(patient_id)))

    def appointment(self, appointment_id: str) -> Appointment:
        """Raises NotFound for a deleted one and for a patient note."""
        row = self._row(appointment_id)
        found = mapping.appointment(row, self._office.tz, self._office.tz_of(row))
        if found is None:
            raise NotFound(f"Open Dental: {appointment_id} is a note, not an appointment")
        return found

    def book(self, request: BookingRequest) -> BookingReceipt:
        """Plan the visit unless the office did, then put it on the book with our tag in its note."""
        if not request.pattern or len(request.pattern) > values.LONGEST_PATTERN:
            raise InvalidRequest("Open Dental: an appointment is 5 minutes to 9 hours long")
        planned = self._planned_row(request)
        own_note = "" if has_tag(text(planned, "Note"), request.tag) else text(planned, "Note")
        note = tagged("\n".join(part for part in (own_note, request.note) if part), request.tag)
        body = {
            "AptNum": values.number(ident(planned.get("AptNum"))),
            "AptDateTime": values.local_text(request.start, self._office.tz),
            "ProvNum": values.number(request.provider_id),
            "Op": values.number(request.operatory_id),
            "Note": note,
        }
        made = made_row(self._office.client.post("/appointments/SchedulePlanned", body), "the booking")
        return BookingReceipt(appointment_id=ident(made.get("AptNum")))

    def find_booking(self, request: BookingRequest) -> BookingReceipt | None:
        """The appointment that this very request made, if it is on the book."""
        on = values.local_day(request.start, self._office.tz)
        rows = self._office.client.rows("/appointments", PatNum=values.number(request.patient_id), date=on.isoformat())
        for found in self._mapped(rows):
            if _is_ours(found, request):
                return BookingReceipt(appointment_id=found.id)
        return None

    def cancel(self, appointment_id: str, note: str) -> None:
        """Break it to the unscheduled list, so that the office sees it again. One that is broken already stays so."""
        path = f"/appointments/{values.number(appointment_id)}"
        try:
            self._office.client.put(f"{path}/Break", {"sendToUnscheduledList": "true"})
        except (Conflict, InvalidRequest) as refused:
            self._must_be_off_the_book(appointment_id, refused)
        if note and note not in text(self._row(appointment_id), "Note"):
            self._office.client.put(f"{path}/Note", {"Note": note})

    def _must_be_off_the_book(self, appointment_id: str, refused: ConnectorError) -> None:
        if text(self._row(appointment_id), "AptStatus") in ("Scheduled", "ASAP", "Complete"):
            raise refused

    def _planned_row(self, request: BookingRequest) -> Row:
        """What to schedule, with the pattern that was held: the office's plan, an earlier try's, or a new one."""
        office_planned = request.planned_appointment_id
        planned = self._row(office_planned) if office_planned else self._own_planned(request)
        if planned is None:
            return self._plan(request)
        clinic = self._office.options.clinic_num
        changes: dict[str, object] = {}
        if values.pattern(planned.get("Pattern")) != request.pattern:
            changes["Pattern"] = request.pattern
        if clinic and ident(planned.get("ClinicNum")) != clinic:
            changes["ClinicNum"] = values.number(clinic)
        if changes:
            self._office.client.put(f"/appointments/{values.number(ident(planned.get('AptNum')))}", changes)
        return planned

    def _own_planned(self, request: BookingRequest) -> Row | None:
        """What an earlier try of this request planned before its answer was lost."""
        rows = self._office.client.rows("/appointments", PatNum=values.number(request.patient_id), AptStatus="Planned")
        return next((row for row in rows if has_tag(text(row, "Note"), request.tag)), None)

    def _plan(self, request: BookingRequest) -> Row:
        provider = values.number(request.provider_id)
        clinic = self._office.options.clinic_num
        body = {
            "PatNum": values.number(request.patient_id),
            "procNums": [values.number(one) for one in request.procedure_ids],
            "Pattern": request.pattern,
            "ProvNum": provider,
            "ProvHyg": provider if request.hygiene else None,
            "Note": tagged("", request.tag),
            "ClinicNum": values.number(clinic) if clinic else None,
        }
        return made_row(self._office.client.post("/appointments/Planned", body), "the planned appointment")

    def _row(self, appointment_id: str) -> Row:
        path = f"/appointments/{values.number(appointment_id)}"
        return one_row(self._office.client.get(path), f"appointment {appointment_id}")

    def _mapped(self, rows: Iterable[Row]) -> list[Appointment]:
        found = (mapping.appointment(row, self._office.tz, self._office.tz_of(row)) for row in rows)
        return [one for one in found if one is not None]

    def _deleted_since(self, mark: datetime) -> list[Appointment]:
        """Deletions never show in polls, only in the history (23.1.30 and later; without it, the day sheet tells)."""
        if not self._keeps_history:
            return []
        first = values.local_day(mark, self._office.tz)
        days = {"dateStart": first.isoformat(), "dateEnd": (first + _DELETIONS_AHEAD).isoformat()}
        try:
            rows = self._office.client.rows("/histappointments", HistApptAction="Deleted", **days)
        except (NotFound, InvalidRequest):
            self._keeps_history = False
            return []
        recent = [row for row in rows if self._is_recent(row, mark)]
        return [one.model_copy(update={"status": AppointmentStatus.DELETED}) for one in self._mapped(recent)]

    def _is_recent(self, row: Row, mark: datetime) -> bool:
        moment = instant(row.get("HistDateTStamp"), self._office.tz)
        return moment is None or moment >= mark - timedelta(hours=1) - OVERLAP


def _is_ours(found: Appointment, request: BookingRequest) -> bool:
    return (
        found.status is AppointmentStatus.SCHEDULED
        and found.start == request.start
        and found.operatory_id == request.operatory_id
        and has_tag(found.note, request.tag)
    )
