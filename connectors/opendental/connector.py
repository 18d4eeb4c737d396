"""Open Dental as a practice management system: the parts put together behind ``connectors.base.Pms``."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from connectors.base import (
    BookingReceipt,
    BookingRequest,
    ChangePage,
    ConnectorInfo,
    DocumentDraft,
    LedgerEntry,
    LedgerPayment,
    LedgerSplit,
    ProcedureCode,
    StaffDirectory,
    TaskDraft,
    TaskStatus,
)
from connectors.opendental.booking import Booking
from connectors.opendental.client import OpenDentalClient
from connectors.opendental.filing import Filing
from connectors.opendental.info import INFO
from connectors.opendental.ledger import Ledger
from connectors.opendental.office import Office
from connectors.opendental.options import OpenDentalOptions
from connectors.opendental.patients import Patients
from connectors.opendental.payplans import PayPlans
from connectors.opendental.plans import Plans
from connectors.opendental.production import Production
from connectors.opendental.tasks import Tasks
from connectors.plan_roles import LedgerItem, PaymentPlanCharge, PaymentPlanDraft, PaymentPlanTerms
from domain.people import Operatory, Patient, Provider
from domain.slots import Appointment, ScheduleBlock
from domain.treatment_plan import PlannedAppointment, TreatmentPlan

_NO_CLINICS: Mapping[str, ZoneInfo] = {}


class OpenDental:
    """One location of one office; it plays every role of a PMS that there is."""

    info: ConnectorInfo

    def __init__(
        self,
        client: OpenDentalClient,
        location: str,
        tz: ZoneInfo,
        options: OpenDentalOptions,
        clinic_zones: Mapping[str, ZoneInfo] = _NO_CLINICS,
    ) -> None:
        """``clinic_zones``: the zones of the other clinics of the same database, by ClinicNum."""
        self.info = INFO.model_copy(update={"requests_per_second": options.requests_per_second or None})
        self._office = Office(client, tz, options, clinic_zones)
        self._plans = Plans(self._office, location)
        self._patients = Patients(self._office)
        self._booking = Booking(self._office)
        self._tasks = Tasks(self._office)
        self._ledger = Ledger(self._office)
        self._pay_plans = PayPlans(self._office)
        self._production = Production(self._office)
        self._filing = Filing(self._office)

    def check(self) -> str:
        version = self._office.version()
        return f"Open Dental {version} answers" if version else "Open Dental answers"

    def refresh(self) -> None:
        """Read the office's set-up anew at the next call."""
        self._office.refresh()

    def accepted_since(self, watermark: str) -> ChangePage:
        return self._plans.accepted_since(watermark)

    def plan(self, plan_id: str, patient_id: str) -> TreatmentPlan:
        return self._plans.plan(plan_id, patient_id)

    def planned_appointments(self, patient_id: str) -> Sequence[PlannedAppointment]:
        return self._plans.planned_appointments(patient_id)

    def patient(self, patient_id: str) -> Patient:
        return self._patients.patient(patient_id)

    def patients_changed_since(self, watermark: str) -> tuple[Sequence[Patient], str]:
        return self._patients.changed_since(watermark)

    def set_text_consent(self, patient_id: str, allowed: bool) -> None:
        self._patients.set_text_consent(patient_id, allowed)

    def procedure_codes(self) -> Sequence[ProcedureCode]:
        return self._office.procedure_codes()

    def providers(self) -> Sequence[Provider]:
        return self._office.providers()

    def operatories(self) -> Sequence[Operatory]:
        return self._office.operatories()

    def schedule(self, first: date, last: date) -> Sequence[ScheduleBlock]:
        return self._office.schedule(first, last)

    def appointments(self, first: date, last: date) -> Sequence[Appointment]:
        return self._booking.appointments(first, last)

    def appointments_changed_since(self, watermark: str) -> tuple[Sequence[Appointment], str]:
        return self._booking.changed_since(watermark)

    def appointments_of(self, patient_id: str) -> Sequence[Appointment]:
        return self._booking.appointments_of(patient_id)

    def appointment(self, appointment_id: str) -> Appointment:
        return self._booking.appointment(appointment_id)

    def book(self, request: BookingRequest) -> BookingReceipt:
        return self._booking.book(request)

    def find_booking(self, request: BookingRequest) -> BookingReceipt | None:
        return self._booking.find_booking(request)

    def cancel(self, appointment_id: str, note: str) -> None:
        self._booking.cancel(appointment_id, note)

    def put_task(self, draft: TaskDraft) -> str:
        return self._tasks.put_task(draft)

    def find_task(self, draft: TaskDraft) -> str | None:
        return self._tasks.find_task(draft)

    def task(self, task_id: str) -> TaskStatus:
        return self._tasks.task(task_id)

    def move_task(self, task_id: str, task_list_id: str, user_id: str, note: str) -> None:
        self._tasks.move_task(task_id, task_list_id, user_id, note)

    def close_task(self, task_id: str, note: str) -> None:
        self._tasks.close_task(task_id, note)

    def staff_directory(self) -> StaffDirectory:
        return self._tasks.directory()

    def put_note(self, patient_id: str, at: datetime, text: str, tag: str) -> None:
        self._tasks.put_note(patient_id, at, text, tag)

    def post_payment(self, payment: LedgerPayment) -> str:
        return self._ledger.post_payment(payment)

    def prepaid_cents(self, patient_id: str) -> int:
        return self._ledger.prepaid_cents(patient_id)

    def ledger_splits(self, patient_id: str) -> Sequence[LedgerSplit]:
        return self._ledger.ledger_splits(patient_id)

    def ledger_payments(self, patient_id: str) -> Sequence[LedgerEntry]:
        return self._ledger.ledger_payments(patient_id)

    def refund_payment(self, payment_id: str) -> str:
        return self._ledger.refund_payment(payment_id)

    def create_payment_plan(self, draft: PaymentPlanDraft) -> str:
        return self._pay_plans.create_payment_plan(draft)

    def change_payment_plan(self, plan_id: str, draft: PaymentPlanDraft) -> None:
        self._pay_plans.change_payment_plan(plan_id, draft)

    def payment_plan(self, plan_id: str) -> PaymentPlanTerms:
        return self._pay_plans.payment_plan(plan_id)

    def payment_plan_charges(self, plan_id: str) -> Sequence[PaymentPlanCharge]:
        return self._pay_plans.payment_plan_charges(plan_id)

    def close_payment_plan(self, plan_id: str) -> None:
        self._pay_plans.close_payment_plan(plan_id)

    def production(self, patient_id: str, treatment_plan_id: str = "") -> Sequence[LedgerItem]:
        return self._production.production(patient_id, treatment_plan_id)

    def file_document(self, draft: DocumentDraft) -> str:
        return self._filing.file_document(draft)

    def subscribe(self, url: str) -> None:
        self._filing.subscribe(url)
