"""A day's work at the two invented offices, as rows in the real stores."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from db.stores.cases import CaseStore
from db.stores.inbox import MANY_ATTEMPTS
from db.stores.mirror import MirrorStore
from domain.case import CaseState
from domain.location import Location
from domain.people import Operatory, Provider, ProviderKind
from domain.records import (
    CaseRecord,
    DepositRecord,
    DepositState,
    InboundText,
    NumberedOpening,
    OfferRecord,
    TaskRecord,
    TextRecord,
    TextState,
)
from domain.slots import Appointment, AppointmentStatus, BlockKind, Opening, ScheduleBlock
from tests.web.console.practice import (
    CROWN,
    DAY,
    HOUR,
    IMPLANT,
    LOCATIONS,
    MINUTE,
    NOW,
    SEALANT,
    Practice,
    a_case,
    case_id,
)

OFFERED = NOW - 2 * HOUR + 4 * MINUTE

OFFER_TEXT = "River Street Dental: a time is free: 1) Tue 9:00 AM. Reply 1. Reply STOP to opt out."


def fill(practice: Practice) -> None:
    """Two offices with a day's work."""
    for place in LOCATIONS.all():
        _fill_mirror(practice.mirror, place)
    _fill_cases(practice.cases)
    _fill_work(practice)
    _fill_running(practice)


def _fill_cases(cases: CaseStore) -> None:
    for row in (_escalated(), _waiting_for_approval(), _in_the_building(), *_offered(), *_ended()):
        cases.add(row)
    cases.add(a_case(99, first_name="Old", last_name="Plan"), baseline=True)
    cases.note(case_id(1), "detected", "Accepted in the PMS", NOW - 73 * HOUR)
    cases.note(case_id(1), "classified", "surgical, path link", NOW - 73 * HOUR + MINUTE)
    cases.note(
        case_id(1), "task", "escalated task for Kim Alvarez: No booking 72 hours after the acceptance", NOW - HOUR
    )


def _escalated() -> CaseRecord:
    return a_case(
        1,
        IMPLANT,
        first_name="Dana",
        last_name="Whitfield",
        state=CaseState.ESCALATED,
        owner="kim",
        accepted_at=NOW - 73 * HOUR,
        detected_at=NOW - 73 * HOUR,
        first_offered_at=NOW - 73 * HOUR + 5 * MINUTE,
        next_at=NOW + 3 * HOUR,
        next_what="task of Kim Alvarez",
    )


def _waiting_for_approval() -> CaseRecord:
    return a_case(
        4,
        IMPLANT,
        first_name="Priya",
        last_name="Raman",
        state=CaseState.AWAITING_APPROVAL,
        owner="lee",
        accepted_at=NOW - 25 * MINUTE,
        detected_at=NOW - 24 * MINUTE,
        next_at=NOW + 2 * HOUR,
        next_what="end of the approval",
    )


def _in_the_building() -> CaseRecord:
    return a_case(
        3,
        SEALANT,
        first_name="June",
        last_name="Okafor",
        path="same_visit",
        accepted_at=NOW - 6 * MINUTE,
        detected_at=NOW - 5 * MINUTE,
        next_at=NOW,
        next_what="next text",
    )


def _offered() -> list[CaseRecord]:
    soon: dict[str, Any] = {"next_at": NOW + 23 * HOUR, "next_what": "next text", "first_offered_at": OFFERED}
    far = a_case(7, CROWN, "spokane", first_name="Ruth", last_name="Castellano-Featherstonehaugh", **soon)
    return [a_case(2, CROWN, "boise", first_name="Marco", last_name="Ibarra", language="es", **soon), far]


def _ended() -> list[CaseRecord]:
    booked = a_case(
        5,
        first_name="Tom",
        last_name="Becker",
        state=CaseState.BOOKED,
        first_offered_at=OFFERED,
        booked_at=NOW - HOUR,
        ended_at=NOW - HOUR,
        booked_start=NOW + 3 * DAY,
        appointment_id="900",
        booked_provider_id="11",
        booked_operatory_id="1",
    )
    by_phone = {"state": CaseState.BOOKED_ELSEWHERE, "ended_at": NOW - HOUR, "end_reason": "booked by phone"}
    return [booked, a_case(6, CROWN, "boise", first_name="Ola", last_name="Lind", **by_phone)]


def _fill_work(practice: Practice) -> None:
    practice.tasks.put(
        TaskRecord(
            id="tk_1", case_id=case_id(1), location="boise", kind="escalated", owner="kim", urgent=True,
            text="No booking 72 hours after the acceptance.\nSurgical, $2,380. Asked for a morning.",
            opened_at=NOW - HOUR, next_climb_at=NOW + 3 * HOUR,
        )
    )  # fmt: skip
    practice.tasks.put(
        TaskRecord(
            id="tk_4", case_id=case_id(4), location="boise", kind="approval", owner="lee",
            text="Approve: senior dentist",
            opened_at=NOW - 20 * MINUTE, next_climb_at=NOW + 2 * HOUR, pms_task_id="77",
        )
    )  # fmt: skip
    practice.outbox.add(
        a_text(
            1,
            "first_offer",
            NOW - 73 * HOUR + 5 * MINUTE,
            OFFER_TEXT,
        )
    )
    practice.outbox.add(a_text(2, "nudge_1", NOW - DAY, "Hello", state=TextState.UNDELIVERED, error_code="30003"))
    practice.outbox.log_decision(
        at=NOW - 73 * HOUR, case_id=case_id(1), phone="+12085550101", template="first_offer", allowed=True,
        rule="contact.yaml hours 08:00-20:00", local_time="Fri 09:25 MST",
    )  # fmt: skip
    asked = InboundText(
        sid="SM1",
        sender="+12085550101",
        recipient="+12085550100",
        body="Do you have anything <b>early</b>?",
        received_at=NOW - 70 * HOUR,
    )
    practice.inbound.add(asked)
    practice.inbound.handled("SM1", NOW - 70 * HOUR, intent="question", case_id=case_id(1))
    practice.offers.put(
        OfferRecord(
            id="of_1", case_id=case_id(1), location="boise", step="first_offer", phone="+12085550101",
            made_at=NOW - 73 * HOUR, openings=(NumberedOpening(number=1, opening=an_opening()),),
        )
    )  # fmt: skip
    practice.deposits.put(
        DepositRecord(
            id="dep_5", case_id=case_id(5), location="boise", patient_id="105", attempt=1, amount_cents=13_000,
            state=DepositState.PAID, created_at=NOW - 2 * HOUR, paid_at=NOW - 90 * MINUTE,
        )
    )  # fmt: skip


def _fill_running(practice: Practice) -> None:
    for name, back in (("worker", 4), ("loop:detect:opendental:boise", 9), ("loop:tasks", 900)):
        practice.heartbeats.beat(name, NOW - timedelta(seconds=back))
    practice.heartbeats.beat("void", NOW, {"void": 0})
    for feed, back in (("changes", 12), ("schedule", 600), ("appointments", 4000), ("setup", 1800)):
        practice.mirror.mark_fresh("opendental:boise", feed, NOW - timedelta(seconds=back))
    practice.mirror.mark_fresh("opendental:spokane", "changes", NOW - 40 * MINUTE)
    practice.inbox.add("twilio", "SM9", "{}", NOW - 2 * HOUR)
    for _ in range(MANY_ATTEMPTS):
        practice.inbox.mark_failed("twilio", "SM9", "no such case")
    practice.numbers.put_baseline("boise", NOW - 30 * DAY, 412, 171, 96_500_000, 40_210_000)


def a_text(number: int, step: str, at: datetime, body: str, **fields: Any) -> TextRecord:
    values: dict[str, Any] = {
        "id": f"tx_{number}_{step}",
        "case_id": case_id(number),
        "location": "boise",
        "step": step,
        "to": f"+1208555{100 + number:04d}",
        "body": body,
        "kind": "campaign",
        "template": step,
        "state": TextState.DELIVERED,
        "created_at": at,
        "sent_at": at,
        "lapses_at": at + 8 * HOUR,
        "rule": "hours 08:00-20:00",
        "local_time": "Fri 09:25 MST",
    }
    return TextRecord.model_validate(values | fields)


def an_opening(start: datetime = NOW + DAY, **fields: Any) -> Opening:
    values: dict[str, Any] = {"start": start, "pattern": "X" * 24, "operatory_id": "2", "provider_id": "12"}
    return Opening.model_validate(values | {"reasons": ("the soonest opening that fits",)} | fields)


def _fill_mirror(mirror: MirrorStore, place: Location) -> None:
    account = place.account
    providers = [
        Provider(id="11", name="Dr Amara Osei", kind=ProviderKind.DENTIST),
        Provider(id="12", name="Dr Jonas Feld", kind=ProviderKind.SURGEON),
        Provider(id="13", name="Mia Torres", kind=ProviderKind.HYGIENIST),
    ]
    chairs = [
        Operatory(id="1", name="Op 1", order=0, providers=("11",)),
        Operatory(id="2", name="Surgery", order=1, providers=("12",)),
        Operatory(id="3", name="Hygiene 1", order=2, hygiene=True, providers=("13",)),
    ]
    mirror.replace_setup(account, providers, chairs, [])
    days = [NOW.astimezone(place.tz).date() + timedelta(days=n) for n in range(14)]
    work = [day for day in days if day.weekday() < 5]
    mirror.replace_blocks(account, NOW - DAY, NOW + 60 * DAY, _blocks(place, work))
    lunch = _at(place, work[1], 12)
    mirror.put_appointments(
        account,
        [
            Appointment(
                id="500", patient_id="1", status=AppointmentStatus.SCHEDULED, start=lunch - HOUR, pattern="X" * 18,
                operatory_id="2", provider_id="12",
            )
        ],
    )  # fmt: skip


def _blocks(place: Location, days: Sequence[date]) -> list[ScheduleBlock]:
    return [
        ScheduleBlock(
            id=f"{provider}-{day}", kind=BlockKind.WORK, start=_at(place, day, 8), stop=_at(place, day, 17),
            provider_id=provider, operatories=(chair,),
        )
        for day in days
        for provider, chair in (("11", "1"), ("12", "2"), ("13", "3"))
    ]  # fmt: skip


def _at(place: Location, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=place.tz).astimezone(UTC)
