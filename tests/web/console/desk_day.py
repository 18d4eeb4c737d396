"""Booked visits with money and with providers who are away, as rows in the real stores."""

from typing import Any

from domain.case import CaseState
from domain.deposit_decisions import DECISION_TASK, CardFacts
from domain.records import CaseRecord, DepositRecord, DepositState, TaskRecord, TextState
from tests.web.console.day import a_text
from tests.web.console.practice import DAY, HOUR, IMPLANT, NOW, Practice, a_case, case_id

VISA = CardFacts(brand="visa", last4="4242", amount_cents=50_000)
LATE, BOOKED, HIT, MOVED = 31, 32, 33, 34
"""Cancelled too late; booked with a deposit; booked with somebody who is away; moved away from them."""


def fill_desk(practice: Practice) -> None:
    practice.cards |= {"pi_31": VISA, "pi_32": VISA}
    for case in (_late(), a_booked(BOOKED, first_name="Ines", last_name="Okoye"), *_displaced()):
        practice.cases.add(case)
    practice.cases.note(case_id(LATE), "cancelled", "visit cancelled by patient", NOW - HOUR, "patient")
    for number in (LATE, BOOKED):
        practice.deposits.put(a_deposit(number))
    practice.tasks.put(
        TaskRecord(
            id="tk_31", case_id=case_id(LATE), location="boise", kind=DECISION_TASK, owner="kim",
            text="Decide about the deposit of $500.00: give it back or keep it.",
            opened_at=NOW - HOUR, next_climb_at=NOW + HOUR,
        )
    )  # fmt: skip
    practice.outbox.add(
        a_text(HIT, "paused_apology", NOW - HOUR, "We are sorry", template="paused_apology", state=TextState.DELIVERED)
    )
    practice.outbox.add(
        a_text(MOVED, "paused_apology", NOW - HOUR, "We are sorry", template="paused_apology", state=TextState.FAILED)
    )


def a_booked(number: int, **fields: Any) -> CaseRecord:
    values: dict[str, Any] = {
        "state": CaseState.BOOKED,
        "first_offered_at": NOW - 3 * DAY,
        "booked_at": NOW - 2 * DAY,
        "ended_at": NOW - 2 * DAY,
        "booked_start": NOW + 3 * DAY,
        "appointment_id": f"9{number}",
        "booked_provider_id": "12",
        "booked_operatory_id": "2",
        "phone": f"+1208555{100 + number:04d}",
    }
    return a_case(number, IMPLANT, **(values | fields))


def a_deposit(number: int, **fields: Any) -> DepositRecord:
    values: dict[str, Any] = {
        "id": f"dep_{number}",
        "case_id": case_id(number),
        "location": "boise",
        "patient_id": str(100 + number),
        "attempt": 1,
        "amount_cents": 50_000,
        "state": DepositState.PAID,
        "payment_id": f"pi_{number}",
        "policy_name": "standard",
        "policy_version": "1",
        "policy_accepted_at": NOW - 2 * DAY,
        "policy_accepted_from": "203.0.113.7",
        "created_at": NOW - 2 * DAY,
        "paid_at": NOW - 2 * DAY,
    }
    return DepositRecord.model_validate(values | fields)


def _late() -> CaseRecord:
    return a_booked(
        LATE, first_name="Noor", last_name="Haddad", appointment_id="", booked_start=NOW + 5 * HOUR, owner="kim",
        next_at=NOW + HOUR, next_what="task of Kim Alvarez",
    )  # fmt: skip


def _displaced() -> list[CaseRecord]:
    hit = {"displaced": True, "displaced_provider_id": "12", "displaced_location": "boise"}
    follow_ups = {number: f"{case_id(number)}.d-1" for number in (HIT, MOVED)}
    return [
        a_booked(
            MOVED, first_name="Wren", last_name="Sato", booked_start=NOW + 9 * DAY, booked_provider_id="11",
            displaced_start=NOW + 4 * DAY, displaced_case=follow_ups[MOVED], **hit,
        ),
        a_booked(
            HIT, first_name="Abel", last_name="Moreau", displaced_start=NOW + 3 * DAY, displaced_case=follow_ups[HIT],
            **hit,
        ),
        a_case(
            HIT, IMPLANT, case_id=follow_ups[HIT], state=CaseState.ESCALATED, owner="lee", first_name="Abel",
            last_name="Moreau", next_at=NOW + HOUR, next_what="task of Lee Novak",
        ),
    ]  # fmt: skip
