"""Money that came twice, and a task that the office deleted, with a real practice and card processor."""

import asyncio
from datetime import timedelta
from typing import TypeVar

import pytest

from activities.cases import CaseRef
from activities.decisions import CloseDecision, DecisionActivities
from activities.deposits import DepositActivities, RefundInput
from connectors.base import CheckoutRequest
from connectors.errors import ConnectorError
from domain.case import CaseState
from domain.deposit_decisions import DECISION_TASK
from domain.records import CaseRecord, DepositRecord, DepositState, TaskRecord
from tests.stack import Stack
from tests.workflows.test_deposit import money

PRICE = 15_000
Area = TypeVar("Area")


def area(stack: Stack, kind: type[Area]) -> Area:
    return next(each for each in stack.parts.activities() if isinstance(each, kind))


def a_case(stack: Stack, **fields: object) -> CaseRecord:
    plan = stack.plan("implant")
    case = CaseRecord(
        case_id=f"case/boise/opendental/{plan}/s1/1",
        location="boise",
        source="opendental",
        account="opendental:boise",
        plan_id=str(plan),
        patient_id=str(stack.patient_of(plan)["PatNum"]),
        acceptance="s1",
        accepted_at=stack.now,
        detected_at=stack.now,
    )
    stack.stores.cases.add(case.model_copy(update=fields))
    return stack.stores.cases.get(case.case_id)


async def paid(stack: Stack, case: CaseRecord, attempt: int) -> DepositRecord:
    """A session of its own, paid with a card."""
    key, back = f"dep_{attempt}", "https://chairtime.example/b/token"
    asked = CheckoutRequest(
        key=key,
        amount_cents=PRICE,
        expires_at=stack.now + timedelta(minutes=31),
        success_url=back,
        cancel_url=back,
        reference=key,
    )
    payments = stack.parts.vendors.payments("boise")
    session = await asyncio.to_thread(payments.open_checkout, asked)
    await stack.practice.post("stripe/pay", session=session.id, card="4242424242424242")
    done = await asyncio.to_thread(payments.checkout, session.id)
    deposit = DepositRecord(
        id=key,
        case_id=case.case_id,
        location="boise",
        patient_id=case.patient_id,
        attempt=attempt,
        amount_cents=PRICE,
        state=DepositState.PAID,
        checkout_id=session.id,
        payment_id=done.payment_id,
        created_at=stack.now + timedelta(seconds=attempt),
    )
    stack.stores.deposits.put(deposit)
    return deposit


async def test_of_two_sessions_that_were_both_paid_the_booking_keeps_one(idle: Stack) -> None:
    case = a_case(idle, state=CaseState.BOOKED, appointment_id="77", booked_start=idle.now + timedelta(days=3))
    for attempt in (1, 2):
        await paid(idle, case, attempt)
    deposits = area(idle, DepositActivities)
    for _ in range(2):  # once more, as after a death
        recorded = await asyncio.to_thread(deposits.record_booking, CaseRef(case_id=case.case_id))
        assert recorded.given_back == ("dep_1",)
    first, second = idle.stores.deposits.of_case(case.case_id)
    assert (first.state, first.refunded_cents, first.ledger_id) == (DepositState.REFUNDED, PRICE, "")
    assert (second.state, second.refunded_cents, bool(second.ledger_id)) == (DepositState.PAID, 0, True)
    assert await money(idle) == (2 * PRICE, PRICE)
    assert idle.parts.vendors.pms("boise").prepaid_cents(case.patient_id) == PRICE


async def test_a_case_that_booked_nothing_gives_both_back(idle: Stack) -> None:
    case = a_case(idle)
    for attempt in (1, 2):
        await paid(idle, case, attempt)
    deposits = area(idle, DepositActivities)
    given = RefundInput(case_id=case.case_id, deposit_id="dep_2", why="declined")
    for _ in range(2):  # once more, as after a death: it still says what to tell the patient
        result = await asyncio.to_thread(deposits.refund_deposit, given)
        assert (result.refunded_cents, result.given_back) == (2 * PRICE, ("dep_2", "dep_1"))
    later = given.model_copy(update={"why": "something else"})
    assert (await asyncio.to_thread(deposits.refund_deposit, later)).given_back == ()
    assert await money(idle) == (2 * PRICE, 2 * PRICE)


async def test_a_refund_that_is_under_way_is_said_before_the_money_moves(idle: Stack) -> None:
    """So that a booking at the same moment does not take the deposit along."""
    case = a_case(idle, state=CaseState.BOOKED, ended_at=idle.now)
    await paid(idle, case, 1)
    assert idle.stores.deposits.kept_for("boise", case.patient_id) is not None
    await idle.practice.fault(vendor="stripe", method="POST", path="refunds", kind="status", status=401)
    deposits = area(idle, DepositActivities)
    given = RefundInput(case_id=case.case_id, deposit_id="dep_1", why="cancelled in time")
    with pytest.raises(ConnectorError):
        await asyncio.to_thread(deposits.refund_deposit, given)
    assert idle.stores.deposits.kept_for("boise", case.patient_id) is None
    await idle.practice.recover()
    await asyncio.to_thread(deposits.refund_deposit, given)
    assert await money(idle) == (PRICE, PRICE)


async def test_a_decision_is_closed_though_the_office_deleted_its_task(idle: Stack) -> None:
    case = a_case(idle, state=CaseState.BOOKED, ended_at=idle.now, owner="paula", next_at=idle.now, next_what="task")
    task = TaskRecord(
        id="tk_1",
        case_id=case.case_id,
        location="boise",
        kind=DECISION_TASK,
        owner="paula",
        text="Decide",
        opened_at=idle.now,
        pms_task_id="990099",
    )
    idle.stores.tasks.put(task)
    given = CloseDecision(case_id=case.case_id, deposit_id="dep_1", task_id="tk_1", outcome="refund", by="paula")
    await asyncio.to_thread(area(idle, DecisionActivities).close_decision, given)
    done = idle.stores.tasks.get("tk_1")
    assert done is not None
    assert (done.done_at, done.outcome, done.done_by) == (idle.now, "refund", "paula")
    assert [e.text for e in idle.stores.cases.events(case.case_id) if e.kind == "task"] == [
        "the PMS refuses to close its deposit_decision task (NotFound); it is closed here"
    ]
    row = idle.stores.cases.get(case.case_id)
    assert (row.owner, row.next_at, row.next_what) == ("", None, "")
