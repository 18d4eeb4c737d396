"""Invented records with good defaults; every test names only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.records import (
    CaseRecord,
    DepositRecord,
    HoldRecord,
    NumberedOpening,
    OfferRecord,
    TaskRecord,
    TextRecord,
)
from domain.slots import Appointment, AppointmentStatus, BlockKind, Opening, ScheduleBlock

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ANN = "+12085550142"
ACCOUNT = "opendental:north"


def a_case(number: int = 1, **fields: Any) -> CaseRecord:
    values: dict[str, Any] = {
        "case_id": f"case/north/opendental/{number}/s1/1",
        "location": "north",
        "source": "opendental",
        "account": ACCOUNT,
        "plan_id": str(number),
        "patient_id": "7",
        "acceptance": "s1",
        "accepted_at": NOON,
        "detected_at": NOON,
        "phone": ANN,
    }
    return CaseRecord.model_validate(values | fields)


def an_opening(start: datetime = NOON + 3 * DAY, **fields: Any) -> Opening:
    values: dict[str, Any] = {"start": start, "pattern": "/XXX/", "operatory_id": "1", "provider_id": "2"}
    return Opening.model_validate(values | fields)


def a_hold(number: int = 1, opening: Opening | None = None, **fields: Any) -> HoldRecord:
    values: dict[str, Any] = {
        "id": f"hd_{number}",
        "case_id": a_case(number).case_id,
        "account": ACCOUNT,
        "opening": opening or an_opening(),
        "created_at": NOON,
        "expires_at": NOON + 35 * MINUTE,
    }
    return HoldRecord.model_validate(values | fields)


def an_offer(number: int = 1, openings: int = 3, **fields: Any) -> OfferRecord:
    values: dict[str, Any] = {
        "id": f"of_{number}",
        "case_id": a_case(number).case_id,
        "location": "north",
        "step": "first_offer",
        "phone": ANN,
        "made_at": NOON,
        "openings": tuple(
            NumberedOpening(number=at + 1, opening=an_opening(NOON + (at + 1) * DAY)) for at in range(openings)
        ),
    }
    return OfferRecord.model_validate(values | fields)


def a_text(number: int = 1, **fields: Any) -> TextRecord:
    values: dict[str, Any] = {
        "id": f"tx_{number}",
        "case_id": a_case(number).case_id,
        "location": "north",
        "step": "first_offer",
        "to": ANN,
        "body": "North Dental: 3 times are free",
        "kind": "campaign",
        "template": "first_offer",
        "created_at": NOON,
        "lapses_at": NOON + 8 * HOUR,
    }
    return TextRecord.model_validate(values | fields)


def a_deposit(number: int = 1, **fields: Any) -> DepositRecord:
    values: dict[str, Any] = {
        "id": f"dep_{number}",
        "case_id": a_case(number).case_id,
        "location": "north",
        "patient_id": "7",
        "attempt": 1,
        "amount_cents": 10_000,
        "hold_id": f"hd_{number}",
        "created_at": NOON,
    }
    return DepositRecord.model_validate(values | fields)


def a_task(number: int = 1, **fields: Any) -> TaskRecord:
    values: dict[str, Any] = {
        "id": f"tk_{number}",
        "case_id": a_case(number).case_id,
        "location": "north",
        "kind": "escalation",
        "owner": "dana",
        "text": "Please call",
        "opened_at": NOON,
        "next_climb_at": NOON + DAY,
    }
    return TaskRecord.model_validate(values | fields)


def an_appointment(number: int = 1, start: datetime = NOON, **fields: Any) -> Appointment:
    values: dict[str, Any] = {
        "id": str(number),
        "patient_id": "7",
        "status": AppointmentStatus.SCHEDULED,
        "start": start,
        "pattern": "/XXXXX/",
        "operatory_id": "1",
        "provider_id": "2",
    }
    return Appointment.model_validate(values | fields)


def a_block(number: int = 1, start: datetime = NOON, **fields: Any) -> ScheduleBlock:
    values: dict[str, Any] = {
        "id": str(number),
        "kind": BlockKind.WORK,
        "start": start,
        "stop": start + 8 * HOUR,
        "provider_id": "2",
    }
    return ScheduleBlock.model_validate(values | fields)
