"""Open Dental rows to the nouns of the domain. Pure; unknown fields are ignored, blanks are blanks."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from connectors import phones
from connectors.base import ProcedureCode, TaskStatus
from connectors.opendental import values
from connectors.opendental.values import Row, cents, ident, instant, text, truth, whole
from connectors.plan_roles import PaymentPlanCharge
from domain.people import Operatory, Patient, PatientStatus, Provider, ProviderKind, TextConsent
from domain.route import DoneProcedure
from domain.slots import Appointment, AppointmentStatus, BlockKind, ScheduleBlock
from domain.treatment_plan import PlannedProcedure, ProcedureStatus

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Start of an appointment that has no time: planned, or on the unscheduled list without one."""

_PATIENT_STATUS = {
    "Patient": PatientStatus.ACTIVE,
    "NonPatient": PatientStatus.NON_PATIENT,
    "Inactive": PatientStatus.INACTIVE,
    "Archived": PatientStatus.ARCHIVED,
    "Deleted": PatientStatus.ARCHIVED,
    "Deceased": PatientStatus.DECEASED,
    "Prospective": PatientStatus.PROSPECTIVE,
    "Dismissed": PatientStatus.DISMISSED,
}
_CONSENT = {"Yes": TextConsent.YES, "No": TextConsent.NO}
_LANGUAGES = {
    "ara": "ar", "chi": "zh", "deu": "de", "eng": "en", "fra": "fr", "fre": "fr", "ger": "de", "hat": "ht",
    "jpn": "ja", "kor": "ko", "pol": "pl", "por": "pt", "rus": "ru", "spa": "es", "tgl": "tl", "ukr": "uk",
    "vie": "vi", "zho": "zh",
}  # fmt: skip
_APPOINTMENT_STATUS = {
    "Scheduled": AppointmentStatus.SCHEDULED,
    "ASAP": AppointmentStatus.SCHEDULED,
    "Complete": AppointmentStatus.COMPLETE,
    "UnschedList": AppointmentStatus.UNSCHEDULED,
    "Broken": AppointmentStatus.BROKEN,
    "Planned": AppointmentStatus.PLANNED,
}
_PROCEDURE_STATUS = {
    "TP": ProcedureStatus.PLANNED,
    "C": ProcedureStatus.COMPLETED,
    "EC": ProcedureStatus.COMPLETED,
    "EO": ProcedureStatus.COMPLETED,
    "R": ProcedureStatus.REFERRED,
    "D": ProcedureStatus.DELETED,
    "Cn": ProcedureStatus.INACTIVE,
    "TPi": ProcedureStatus.INACTIVE,
}
_KIND_WORDS = (
    ("surg", ProviderKind.SURGEON),
    ("inject", ProviderKind.INJECTOR),
    ("aesthet", ProviderKind.INJECTOR),
    ("hygien", ProviderKind.HYGIENIST),
)


def patient(row: Row, tz: ZoneInfo) -> Patient:
    """A status nobody knows counts as inactive: silence is the safe reading."""
    others = (phones.normalize(text(row, name)) for name in ("HmPhone", "WkPhone"))
    return Patient(
        id=ident(row.get("PatNum")),
        first_name=text(row, "Preferred") or text(row, "FName"),
        last_name=text(row, "LName"),
        birthdate=values.day(row.get("Birthdate")),
        language=language(text(row, "Language")),
        mobile=phones.normalize(text(row, "WirelessPhone")),
        other_phones=tuple(phone for phone in others if phone),
        email=text(row, "Email"),
        state=phones.state_code(text(row, "State")),
        zip=text(row, "Zip"),
        text_consent=_CONSENT.get(text(row, "TxtMsgOk"), TextConsent.UNKNOWN),
        status=_PATIENT_STATUS.get(text(row, "PatStatus"), PatientStatus.INACTIVE),
        guarantor_id=ident(row.get("Guarantor")),
        primary_provider_id=ident(row.get("PriProv")),
        updated_at=instant(row.get("DateTStamp"), tz),
    )


def language(code: str) -> str:
    """ISO 639-2 ("spa") to 639-1 ("es"); a code not in the list stays as it is, lower-case."""
    return _LANGUAGES.get(code.lower(), code.lower())


def provider(row: Row, kinds: Mapping[str, ProviderKind]) -> Provider:
    """``kinds`` overrides what the row says."""
    identity = ident(row.get("ProvNum"))
    names = (text(row, "PreferredName") or text(row, "FName"), text(row, "LName"))
    return Provider(
        id=identity,
        name=" ".join(part for part in names if part) or text(row, "Abbr"),
        kind=kinds.get(identity) or _provider_kind(row),
        hidden=truth(row.get("IsHidden")) or text(row, "ProvStatus") == "Deleted",
    )


def _provider_kind(row: Row) -> ProviderKind:
    specialty = f"{text(row, 'Specialty')} {text(row, 'specialty')}".lower()
    for word, kind in _KIND_WORDS:
        if word in specialty:
            return kind
    return ProviderKind.HYGIENIST if truth(row.get("IsSecondary")) else ProviderKind.DENTIST


def operatory(row: Row) -> Operatory:
    usual = (ident(row.get("ProvDentist")), ident(row.get("ProvHygienist")))
    return Operatory(
        id=ident(row.get("OperatoryNum")),
        name=text(row, "OpName") or text(row, "Abbrev"),
        order=whole(row.get("ItemOrder")),
        hygiene=truth(row.get("IsHygiene")),
        hidden=truth(row.get("IsHidden")),
        providers=tuple(one for one in usual if one),
    )


def procedure_code(row: Row, minutes_per_mark: int, fee_cents: int = 0) -> ProcedureCode:
    """``minutes_per_mark`` is the office's AppointmentTimeIncrement, in which ProcTime is written."""
    return ProcedureCode(
        id=ident(row.get("CodeNum")),
        code=text(row, "ProcCode"),
        description=text(row, "Descript"),
        category=text(row, "procCat"),
        pattern=values.pattern(row.get("ProcTime"), minutes_per_mark),
        fee_cents=fee_cents,
        hygiene=truth(row.get("IsHygiene")),
    )


def schedule_block(row: Row, tz: ZoneInfo, no_scheduling: Collection[str]) -> ScheduleBlock | None:
    """Provider hours or a blockout; None for the rest (holiday notes, employees) and for empty stretches.

    ``no_scheduling`` holds the blockout types whose definition carries "NS".
    """
    kind = {"Provider": BlockKind.WORK, "Blockout": BlockKind.BLOCKOUT}.get(text(row, "SchedType"))
    on = values.day(row.get("SchedDate"))
    start, stop = values.clock_time(row.get("StartTime")), values.clock_time(row.get("StopTime"))
    if kind is None or on is None or start is None or stop is None or stop <= start:
        return None
    return ScheduleBlock(
        id=ident(row.get("ScheduleNum")),
        kind=kind,
        start=values.to_utc(datetime.combine(on, start), tz),
        stop=values.to_utc(datetime.combine(on, stop), tz),
        provider_id=ident(row.get("ProvNum")),
        operatories=values.ids_in(row.get("operatories")),
        label=text(row, "blockoutType"),
        blocks_booking=kind is BlockKind.WORK or ident(row.get("BlockoutType")) in no_scheduling,
    )


def appointment(row: Row, tz: ZoneInfo, at_clinic: ZoneInfo | None = None) -> Appointment | None:
    """None for patient notes, which only look like appointments.

    ``at_clinic``: the zone of the clinic that the visit is at, where that may be another than the office's own.
    """
    status = _APPOINTMENT_STATUS.get(text(row, "AptStatus"))
    if status is None:
        return None
    return Appointment(
        id=ident(row.get("AptNum")),
        patient_id=ident(row.get("PatNum")),
        status=status,
        start=instant(row.get("AptDateTime"), at_clinic or tz) or NO_TIME,
        pattern=values.pattern(row.get("Pattern")),
        secondary_pattern=values.pattern(row.get("PatternSecondary")),
        operatory_id=ident(row.get("Op")),
        provider_id=ident(row.get("ProvNum")),
        hygienist_id=ident(row.get("ProvHyg")),
        hygiene=truth(row.get("IsHygiene")),
        planned_id=ident(row.get("NextAptNum")),
        note=text(row, "Note"),
        created_at=instant(row.get("SecDateTEntry"), tz),
        updated_at=instant(row.get("DateTStamp"), tz),
    )


def planned_procedure(
    row: Row, live: Row | None, code: ProcedureCode | None, *, rank: int, on_book: Collection[str]
) -> PlannedProcedure:
    """A row of a saved plan, with what became of its procedure since (``live``; None: deleted).

    ``on_book`` holds the appointments that still stand: a procedure on a broken one is open again.
    """
    now: Row = live or {}
    appointment_id = ident(now.get("AptNum"))
    status = _PROCEDURE_STATUS.get(text(now, "ProcStatus"), ProcedureStatus.DELETED)
    return PlannedProcedure(
        id=ident(row.get("ProcNumOrig")),
        code=text(row, "ProcCode"),
        description=text(row, "Descript"),
        category=code.category if code else "",
        fee_cents=cents(row.get("FeeAmt")),
        patient_cents=cents(row.get("PatAmt")),
        pattern=code.pattern if code else "",
        provider_id=ident(now.get("ProvNum")) or ident(row.get("ProvNum")),
        priority=text(row, "priority"),
        priority_rank=rank,
        status=status,
        appointment_id=appointment_id if appointment_id in on_book else "",
        planned_appointment_id=ident(now.get("PlannedAptNum")),
        hygiene=code.hygiene if code else False,
        tooth=text(row, "ToothNumTP"),
    )


def done_procedure(live: Row) -> DoneProcedure | None:
    """A live procedure that was completed at this office; None for every other, and for one without a date."""
    on = values.day(live.get("ProcDate"))
    if text(live, "ProcStatus") != "C" or on is None:
        return None
    return DoneProcedure(code=text(live, "procCode"), day=on)


def task_status(row: Row) -> TaskStatus:
    return TaskStatus(
        task_id=ident(row.get("TaskNum")),
        done=text(row, "TaskStatus") == "Done",
        task_list_id=ident(row.get("TaskListNum")),
        user_id=ident(row.get("UserNum")),
    )


def payment_plan_charge(row: Row) -> PaymentPlanCharge | None:
    """A posted debit; None for credits and for a row without a date."""
    on = values.day(row.get("ChargeDate"))
    if on is None or text(row, "ChargeType") == "Credit":
        return None
    return PaymentPlanCharge(
        id=ident(row.get("PayPlanChargeNum")),
        day=on,
        principal_cents=cents(row.get("Principal")),
        interest_cents=cents(row.get("Interest")),
        note=text(row, "Note"),
        procedure_id=ident(row.get("FKey")) if text(row, "LinkType") == "Procedure" else "",
        offset=truth(row.get("IsOffset")),
    )
