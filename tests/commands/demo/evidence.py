"""A small, spotless evidence, and what to change in it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from commands.demo.evidence import Evidence
from commands.demo.story import Story
from commands.demo.watching import CaseLine

TUESDAY = datetime(2030, 3, 5, 17, tzinfo=UTC)
"""Ten in the morning in Boise."""
OFFICE, PHONE = "+12085550100", "+12085550142"
CASE = "case/boise/opendental/7/a/1"


def case_line(**more: Any) -> CaseLine:
    line = CaseLine(
        case_id=CASE,
        account="opendental:boise",
        plan=7,
        visit=1,
        state="booked",
        ended=True,
        appointment_id="31",
        phone=PHONE,
        with_person=False,
        paused_until=None,
        visit_ends=None,
    )
    return replace(line, **more)


def text(sid: str, words: str, after: timedelta = timedelta()) -> dict[str, Any]:
    return {
        "sid": sid,
        "direction": "outbound-api",
        "sender": OFFICE,
        "recipient": PHONE,
        "text": words,
        "status": "delivered",
        "created_at": (TUESDAY + after).isoformat(),
    }


def session(reference: str = "dep_1", cents: int = 20_000) -> dict[str, Any]:
    return {
        "id": f"cs_{reference}",
        "payment_status": "paid",
        "payment_intent": f"pi_{reference}",
        "client_reference_id": reference,
        "amount_total": cents,
    }


def payment(mark: str = "dep_1", amount: str = "200.00") -> dict[str, Any]:
    return {"PayNote": f"Appointment deposit [{mark}]", "PayAmt": amount}


def appointment(number: int = 31) -> dict[str, Any]:
    return {"AptNum": number, "status": "Scheduled", "note": "[CT-0a1b2c3d4e5f]", "PatNum": 5, "clinic": 1}


def spotless() -> Evidence:
    records: Mapping[str, list[dict[str, Any]]] = {
        "appointments": [appointment()],
        "payments": [payment()],
        "tasks": [],
        "treatplans": [{"TreatPlanNum": 7, "signed": True, "signed_at": TUESDAY.isoformat()}],
    }
    return Evidence(
        story=Story(began=TUESDAY - timedelta(hours=1), ended=TUESDAY + timedelta(days=4)),
        records=records,
        conflicts=[],
        messages=[text("SM1", "Hi, it's Cedar Ridge. Reply 1"), text("SM2", "You're booked, Ana: Thu Mar 7, 9:00 AM")],
        opt_outs=[],
        stripe={"sessions": [session()], "refunds": []},
        stripe_requests=[{"method": "POST", "path": "/v1/checkout/sessions", "body": "client_reference_id=dep_1"}],
        patients={5: {"last": "Quillfeather", "phone": PHONE}},
        zones={OFFICE: ZoneInfo("America/Boise")},
        cases=[case_line()],
        void=[],
        case_of_text={"SM1": CASE, "SM2": CASE},
        case_of_deposit={"dep_1": CASE},
    )
