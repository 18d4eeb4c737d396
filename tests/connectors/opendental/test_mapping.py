"""Open Dental rows to nouns, from payloads in the shapes that its pages show."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.base import ProcedureCode
from connectors.opendental import mapping
from domain.people import PatientStatus, ProviderKind, TextConsent
from domain.slots import AppointmentStatus, BlockKind
from domain.treatment_plan import ProcedureStatus

BOISE = ZoneInfo("America/Boise")

PATIENT = {
    "PatNum": 15,
    "LName": "Harper",
    "FName": "Augusta",
    "Preferred": "Gus",
    "PatStatus": "Patient",
    "Birthdate": "1984-02-29",
    "State": "Idaho",
    "Zip": "83702",
    "HmPhone": "(208)555-0143",
    "WkPhone": "",
    "WirelessPhone": "208.555.0142",
    "Guarantor": 14,
    "Email": "gus@example.org",
    "PriProv": 1,
    "TxtMsgOk": "Yes",
    "Language": "spa",
    "DateTStamp": "2026-07-01 09:00:00",
    "SomethingNew": {"nested": True},
}


def test_patient() -> None:
    patient = mapping.patient(PATIENT, BOISE)
    assert (patient.id, patient.first_name, patient.last_name) == ("15", "Gus", "Harper")
    assert patient.mobile == "+12085550142"
    assert patient.other_phones == ("+12085550143",)
    assert patient.birthdate == date(1984, 2, 29)
    assert (patient.language, patient.state, patient.zip) == ("es", "ID", "83702")
    assert patient.text_consent is TextConsent.YES
    assert patient.status is PatientStatus.ACTIVE
    assert patient.guarantor_id == "14"
    assert patient.updated_at == datetime(2026, 7, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("Deceased", PatientStatus.DECEASED),
        ("Archived", PatientStatus.ARCHIVED),
        ("Prospective", PatientStatus.PROSPECTIVE),
        ("Brand-new status", PatientStatus.INACTIVE),
    ],
)
def test_an_unknown_patient_status_is_silent(written: str, status: PatientStatus) -> None:
    assert mapping.patient({**PATIENT, "PatStatus": written}, BOISE).status is status


def test_a_patient_with_nothing_filled_in() -> None:
    patient = mapping.patient({"PatNum": "15", "PatStatus": "Patient"}, BOISE)
    assert patient.mobile is None
    assert patient.birthdate is None
    assert patient.text_consent is TextConsent.UNKNOWN


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"ProvNum": 1, "IsSecondary": "false", "Specialty": "General"}, ProviderKind.DENTIST),
        ({"ProvNum": 2, "IsSecondary": "true"}, ProviderKind.HYGIENIST),
        ({"ProvNum": 3, "Specialty": "Oral Surgery"}, ProviderKind.SURGEON),
        ({"ProvNum": 4, "Specialty": "Aesthetic Nurse"}, ProviderKind.INJECTOR),
        ({"ProvNum": 5, "Specialty": "Oral Surgery"}, ProviderKind.DENTIST),
    ],
)
def test_provider_kinds(row: dict[str, object], kind: ProviderKind) -> None:
    assert mapping.provider(row, {"5": ProviderKind.DENTIST}).kind is kind


def test_hidden_and_deleted_providers_are_hidden() -> None:
    assert mapping.provider({"ProvNum": 1, "IsHidden": "True"}, {}).hidden
    assert mapping.provider({"ProvNum": 1, "IsHidden": "false", "ProvStatus": "Deleted"}, {}).hidden


def test_operatory() -> None:
    row = {
        "OperatoryNum": 3,
        "OpName": "Op 3",
        "ItemOrder": 2,
        "IsHygiene": "true",
        "ProvDentist": 1,
        "ProvHygienist": 0,
    }
    chair = mapping.operatory(row)
    assert (chair.id, chair.order, chair.hygiene, chair.hidden, chair.providers) == ("3", 2, True, False, ("1",))


def test_procedure_code_pattern_is_in_the_offices_increments() -> None:
    row = {"CodeNum": 7, "ProcCode": "D6010", "Descript": "Implant", "ProcTime": "/XXXXXXXX/", "procCat": "Implants"}
    code = mapping.procedure_code(row, 15, fee_cents=220000)
    assert len(code.pattern) * 5 == 150
    assert code.pattern.startswith("///X")


SCHEDULE = {
    "ScheduleNum": "61",
    "SchedDate": "2026-11-02",
    "StartTime": "08:00:00",
    "StopTime": "12:30:00",
    "SchedType": "Provider",
    "ProvNum": "1",
    "BlockoutType": "0",
    "operatories": "5,6",
}


def test_provider_hours() -> None:
    block = mapping.schedule_block(SCHEDULE, BOISE, set())
    assert block is not None
    assert (block.kind, block.provider_id, block.operatories) == (BlockKind.WORK, "1", ("5", "6"))
    assert block.start == datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
    assert block.stop == datetime(2026, 11, 2, 19, 30, tzinfo=UTC)


def test_blockouts_say_whether_they_block() -> None:
    row = {**SCHEDULE, "SchedType": "Blockout", "ProvNum": "0", "BlockoutType": "88", "blockoutType": "Lunch"}
    block, soft = mapping.schedule_block(row, BOISE, {"88"}), mapping.schedule_block(row, BOISE, set())
    assert block is not None
    assert soft is not None
    assert (block.kind, block.label, block.blocks_booking) == (BlockKind.BLOCKOUT, "Lunch", True)
    assert not soft.blocks_booking


@pytest.mark.parametrize(
    "change",
    [
        {"SchedType": "Practice", "StartTime": "00:00:00", "StopTime": "00:00:00"},
        {"SchedType": "Employee"},
        {"StartTime": "12:30:00"},
        {"SchedDate": "0001-01-01"},
    ],
)
def test_other_schedule_rows_are_no_blocks(change: dict[str, str]) -> None:
    assert mapping.schedule_block({**SCHEDULE, **change}, BOISE, set()) is None


APPOINTMENT = {
    "AptNum": 18,
    "PatNum": 15,
    "AptStatus": "Scheduled",
    "Pattern": "//XXXX//",
    "Op": 3,
    "Note": "wheelchair [case/boise/opendental/7/7-1/1]",
    "ProvNum": 1,
    "ProvHyg": 0,
    "AptDateTime": "2026-11-03 08:30:00",
    "NextAptNum": 17,
    "IsHygiene": "false",
    "PatternSecondary": "//////X/",
    "DateTStamp": "2026-11-01 08:30:12",
    "SecDateTEntry": "2026-10-31 08:30:12",
}


def test_appointment() -> None:
    found = mapping.appointment(APPOINTMENT, BOISE)
    assert found is not None
    assert found.start == datetime(2026, 11, 3, 15, 30, tzinfo=UTC)
    assert found.stop == datetime(2026, 11, 3, 16, 10, tzinfo=UTC)
    assert found.secondary_pattern == "//////X/"
    assert (found.status, found.planned_id, found.hygienist_id) == (AppointmentStatus.SCHEDULED, "17", "")
    assert found.created_at == datetime(2026, 10, 31, 14, 30, 12, tzinfo=UTC)


def test_an_appointment_without_a_time_is_kept_with_its_status() -> None:
    found = mapping.appointment(
        {**APPOINTMENT, "AptStatus": "UnschedList", "AptDateTime": "0001-01-01 00:00:00"}, BOISE
    )
    assert found is not None
    assert (found.status, found.start) == (AppointmentStatus.UNSCHEDULED, mapping.NO_TIME)


def test_patient_notes_are_no_appointments() -> None:
    assert mapping.appointment({**APPOINTMENT, "AptStatus": "PtNote"}, BOISE) is None


ROW = {
    "ProcTPNum": 5,
    "ProcNumOrig": 90,
    "ProcCode": "D6010",
    "Descript": "Implant",
    "FeeAmt": 2200.0,
    "PatAmt": 1100.5,
    "Priority": 201,
    "priority": "1",
    "ProvNum": 4,
}
LIVE = {"ProcNum": 90, "ProcStatus": "TP", "AptNum": 0, "PlannedAptNum": 17, "ProvNum": 6}
CODE = ProcedureCode(id="7", code="D6010", description="Implant", category="Implants", pattern="XX//")


def test_a_planned_procedure_takes_money_from_the_plan_and_life_from_the_chart() -> None:
    found = mapping.planned_procedure(ROW, LIVE, CODE, rank=0, on_book=set())
    assert (found.fee_cents, found.patient_cents) == (220000, 110050)
    assert (found.provider_id, found.planned_appointment_id, found.pattern) == ("6", "17", "XX//")
    assert found.status is ProcedureStatus.PLANNED


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("C", ProcedureStatus.COMPLETED),
        ("D", ProcedureStatus.DELETED),
        ("TPi", ProcedureStatus.INACTIVE),
        ("R", ProcedureStatus.REFERRED),
    ],
)
def test_what_became_of_a_procedure(written: str, status: ProcedureStatus) -> None:
    assert mapping.planned_procedure(ROW, {**LIVE, "ProcStatus": written}, CODE, rank=0, on_book=set()).status is status


def test_a_procedure_that_is_gone_is_deleted() -> None:
    assert mapping.planned_procedure(ROW, None, None, rank=0, on_book=set()).status is ProcedureStatus.DELETED


def test_a_procedure_is_booked_only_while_its_appointment_stands() -> None:
    live = {**LIVE, "AptNum": 33}
    assert mapping.planned_procedure(ROW, live, CODE, rank=0, on_book={"33"}).appointment_id == "33"
    assert mapping.planned_procedure(ROW, live, CODE, rank=0, on_book={"34"}).appointment_id == ""


def test_payment_plan_charges_are_posted_debits() -> None:
    row = {
        "PayPlanChargeNum": 3,
        "ChargeDate": "2026-12-01",
        "Principal": 95.5,
        "Interest": "1.25",
        "ChargeType": "Debit",
    }
    charge = mapping.payment_plan_charge(row)
    assert charge is not None
    assert (charge.principal_cents, charge.interest_cents) == (9550, 125)
    assert mapping.payment_plan_charge({**row, "ChargeType": "Credit"}) is None
