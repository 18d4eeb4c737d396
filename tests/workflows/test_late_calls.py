"""What a case accepted is not lost because it books, ends, or because a vendor refuses one of its steps."""

import asyncio
from datetime import timedelta

import pytest

from connectors.base import BookingReceipt
from connectors.errors import NotFound
from connectors.opendental.connector import OpenDental
from domain.case import CaseState
from domain.records import DepositState
from tests.stack import Stack
from tests.story import Story
from tests.workflows.test_after_booking import live_appointments, paid_unheard
from tests.workflows.test_deposit import holding, money
from tests.workflows.test_money_races import paid_for_a_time_that_went
from workflows.contracts import case as wire

LEDGER = {"vendor": "opendental", "method": "POST", "path": "payments$", "kind": "status"}
REFUNDS = {"vendor": "stripe", "method": "POST", "path": "refunds", "kind": "status"}


async def booked_and_not_recorded(stack: Stack, status: int) -> Story:
    """The visit is in the PMS; its ledger does not answer, or refuses."""
    await stack.practice.fault(**LEDGER, status=status)
    story = await holding(stack)
    await story.pay()
    await stack.practice.set_clock(stack.now)
    await stack.step("inbox")
    await stack.until(lambda: story.state == CaseState.BOOKED)
    return story


@pytest.mark.parametrize("status", [503, 401])
async def test_an_emergency_while_the_booking_waits_for_the_ledger_is_heard_at_once(stack: Stack, status: int) -> None:
    story = await booked_and_not_recorded(stack, status)
    urgent = wire.PersonNeeded(kind="urgent", text="my face is swollen", command_id="sms-1", urgent=True)
    await stack.gateway.person_needed(story.case_id, urgent)
    await stack.until(lambda: "urgent" in {task.kind for task in story.open_tasks()})
    await stack.until(lambda: any(t.template == "staff_alert" for t in stack.stores.outbox.of_case(story.case_id)))
    assert story.state == CaseState.BOOKED, "a call for a person changes nothing about the visit"
    await stack.practice.recover()
    await stack.advance(hours=1, settle=False)
    await story.end()
    assert [task.kind for task in story.open_tasks()] == ["urgent"], "the record of the booking does not answer it"
    assert story.state == CaseState.BOOKED
    assert story.row.next_at is None


async def test_an_emergency_while_the_pms_is_down_is_heard_at_once_and_stops_the_text(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await stack.practice.fault(vendor="opendental", kind="status", status=503)
    await stack.move(story.due + timedelta(seconds=1))
    await asyncio.sleep(0.5)
    urgent = wire.PersonNeeded(kind="urgent", text="my face is swollen", command_id="sms-1", urgent=True)
    await stack.gateway.person_needed(story.case_id, urgent)
    await stack.until(lambda: any(t.template == "staff_alert" for t in stack.stores.outbox.of_case(story.case_id)))
    await stack.practice.recover()
    await stack.advance(hours=1)
    assert [task.kind for task in story.open_tasks()] == ["urgent"]
    assert story.state == CaseState.PAUSED
    assert not [t for t in stack.stores.outbox.of_case(story.case_id) if t.template.startswith("nudge")]


@pytest.mark.parametrize(
    ("wrote", "kind"),
    [("my gums are bleeding since yesterday", "urgent"), ("do you take my insurance?", "question")],
)
async def test_what_a_patient_wrote_is_not_answered_by_their_booking(stack: Stack, wrote: str, kind: str) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply(wrote)
    await story.choose()
    assert (await story.end()).state is CaseState.BOOKED
    [task] = story.open_tasks()
    assert (task.kind, task.next_climb_at is not None) == (kind, True)


async def test_a_confirmation_that_does_not_arrive_while_the_ledger_is_down_is_a_call(stack: Stack) -> None:
    story = await booked_and_not_recorded(stack, 503)
    await stack.gateway.texts_stopped(story.case_id, "not delivered (carrier code 30006)")
    await stack.practice.recover()
    await stack.advance(hours=1, settle=False)
    await story.end()
    [task] = story.open_tasks()
    assert (task.kind, "30006" in task.text) == ("text", True)


async def test_a_call_for_a_person_while_an_end_waits_for_stripe_outlives_the_end(stack: Stack) -> None:
    story = await paid_unheard(stack)
    await story.respond(wire.Declined(reason="no more"), "decline-1")
    await stack.practice.recover()
    await stack.practice.fault(**REFUNDS, status=503)
    await stack.advance(minutes=31, settle=False)
    dispute = wire.PersonNeeded(kind="dispute", text="the patient disputes the deposit", command_id="dispute-1")
    await stack.gateway.person_needed(story.case_id, dispute)
    await stack.until(lambda: "dispute" in {task.kind for task in story.open_tasks()})
    await stack.practice.recover()
    await stack.advance(hours=1, settle=False)
    assert (await story.end()).state is CaseState.DECLINED
    assert [task.kind for task in story.open_tasks()] == ["dispute"]
    assert story.state == CaseState.DECLINED


async def test_a_not_now_that_was_refused_does_not_undo_the_booking_after_it(stack: Stack) -> None:
    story = await paid_unheard(stack)
    later = wire.NotNow(until=stack.now + timedelta(days=14), reason="busy")
    await story.respond(later, "later-1")
    assert [task.kind for task in story.open_tasks()] == ["trouble"]
    await stack.practice.recover()
    await stack.gateway.deposit_paid(story.case_id, story.deposits()[-1].id)
    assert (await story.end()).state is CaseState.BOOKED
    assert story.state == CaseState.BOOKED
    assert await live_appointments(story) == [story.row.appointment_id]
    assert await money(stack) == (50_000, 0)


async def with_task(stack: Stack) -> Story:
    story = await stack.accept(stack.plan("fillings"))
    needed = wire.PersonNeeded(kind="reply", text="please call me", command_id="sms-1")
    await stack.gateway.person_needed(story.case_id, needed)
    await stack.settle()
    assert story.open_tasks()[0].pms_task_id
    return story


def deleted_in_the_pms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Staff deleted the task there."""

    def gone(*_: object) -> None:
        raise NotFound("no such task")

    monkeypatch.setattr(OpenDental, "close_task", gone)
    monkeypatch.setattr(OpenDental, "move_task", gone)


async def test_a_task_that_staff_deleted_in_the_pms_neither_blocks_the_climb_nor_the_end(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await with_task(stack)
    deleted_in_the_pms(monkeypatch)
    await stack.move(story.due + timedelta(seconds=1))
    await stack.settle()
    assert [task.level for task in story.open_tasks()] == [1]
    await story.respond(wire.Declined(reason="no more"), "decline-1")
    assert (await story.end()).state is CaseState.DECLINED
    assert story.open_tasks() == []
    assert any("refuses to close" in line for line in story.timeline)


async def test_a_hand_over_that_the_pms_refuses_leaves_no_rung_out(stack: Stack) -> None:
    story = await with_task(stack)
    await stack.practice.fault(vendor="opendental", method="PUT", path="/tasks/", kind="status", status=401)
    await stack.move(story.due + timedelta(seconds=1))
    for _ in range(3):
        await asyncio.sleep(0.5)
        await stack.move(stack.now + timedelta(minutes=31))
    assert [task.level for task in story.open_tasks()] == [0]
    await stack.practice.recover()
    await stack.move(stack.now + timedelta(minutes=31))
    await stack.until(lambda: story.open_tasks()[0].level)
    assert [task.level for task in story.open_tasks()] == [1]


async def test_the_72_hours_with_a_refused_refund_say_so_and_the_end_tries_again(stack: Stack) -> None:
    story = await paid_for_a_time_that_went(stack)
    await stack.practice.fault(**REFUNDS, status=401)
    await stack.advance(hours=74)
    assert {task.kind for task in story.open_tasks()} >= {"escalated", "refund_failed"}
    assert await money(stack) == (50_000, 0)
    await stack.practice.recover()
    await story.respond(wire.Declined(reason="no more"), "decline-1")
    assert (await story.end()).state is CaseState.DECLINED
    assert await money(stack) == (50_000, 50_000)
    assert [d.state for d in story.deposits()] == [DepositState.REFUNDED]


async def test_a_booking_that_the_vendor_leaves_pending_has_a_person_who_is_not_forgotten(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await stack.accept(stack.plan("fillings"))
    monkeypatch.setattr(OpenDental, "find_booking", lambda *_: BookingReceipt(appointment_id="", pending=True))
    await story.reply("1")
    assert [task.kind for task in story.open_tasks()] == ["booking_stuck"]
    assert "person_will_call" in {t.template for t in stack.stores.outbox.of_case(story.case_id)}
    climbs = story.open_tasks()[0].next_climb_at
    assert climbs is not None
    await stack.advance(to=climbs + timedelta(minutes=20))
    assert story.open_tasks()[0].level > 0
    monkeypatch.undo()
    await stack.advance(minutes=20)
    assert (await story.end()).state is CaseState.BOOKED
    assert story.open_tasks() == []


async def test_a_choice_by_reply_that_comes_to_nothing_is_answered_and_a_person_calls(stack: Stack) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    await stack.practice.post("book_by_phone", treat_plan_num=plan)
    await story.reply("1")
    assert (await story.end()).state is CaseState.BOOKED_ELSEWHERE
    assert "person_will_call" in {t.template for t in stack.stores.outbox.of_case(story.case_id)}
    [task] = story.open_tasks()
    assert "chose a time by text" in task.text
