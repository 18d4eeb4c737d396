"""What a carrier says of one text decides about the next ones, and whoever has to know hears of it."""

import asyncio
from datetime import timedelta

import pytest

from activities.alarm import Alarm
from activities.courier import Sent
from domain.case import CaseState
from domain.location import StaffMember
from domain.records import TaskRecord, TextState
from runtime.locations import LocationBook
from tests.activities.test_courier import campaign
from tests.chaos.sends import draft_of
from tests.stack import Stack
from workflows.contracts import case as wire


async def fails(stack: Stack, phone: str, code: int | None) -> None:
    await stack.practice.post("twilio/numbers", e164=phone, error=code)


async def some_time(stack: Stack, **by: float) -> None:
    """Status callbacks come over the next seconds."""
    await stack.move(stack.now + timedelta(**by))
    for name in ("inbox", "outbox", "inbox"):
        await stack.practice.set_clock(stack.now)
        await stack.step(name)


async def test_a_filtered_template_is_not_sent_to_the_next_patient(idle: Stack) -> None:
    first, second = campaign(idle, 1), campaign(idle, 2)
    await fails(idle, first.to, 30007)
    await asyncio.to_thread(idle.parts.courier.send, first)
    await some_time(idle, seconds=20)
    blocked = await asyncio.to_thread(idle.parts.courier.send, second)
    assert (blocked.sent, "spam" in blocked.why) == (Sent.BLOCKED, True)
    answer = await asyncio.to_thread(idle.parts.courier.send, draft_of(idle, 3))
    assert answer.sent is Sent.SENT, "who wrote gets an answer"
    [task] = idle.stores.tasks.of_case("location/boise")
    assert (task.kind, task.owner) == ("texting", "nina")
    assert idle.stores.switch.lift("boise", idle.now, first.template)
    assert (await asyncio.to_thread(idle.parts.courier.send, second)).sent is Sent.SENT


@pytest.mark.parametrize("code", [21606, 30034])
async def test_at_once_or_later_a_refused_sender_halts_the_location_once(idle: Stack, code: int) -> None:
    first, second = draft_of(idle, 1), draft_of(idle, 2)
    for draft in (first, second):
        await fails(idle, draft.to, code)
        await asyncio.to_thread(idle.parts.courier.send, draft)
    await some_time(idle, seconds=20)
    assert str(code) in idle.stores.switch.halted("boise")
    assert len(idle.stores.tasks.of_case("location/boise")) == 1
    idle.stores.switch.lift("boise", idle.now)
    idle.parts.refusals.take(idle.stores.outbox.of_case(first.case_id)[0], str(code))
    assert idle.stores.switch.halted("boise") == "", "news from before the lifting"


@pytest.mark.parametrize("code", [21611, 30001, 30003, 30005, 30022, 30610])
async def test_what_may_pass_is_tried_once_more_and_then_a_person_has_it(idle: Stack, code: int) -> None:
    once, twice = campaign(idle, 1), campaign(idle, 2)
    await fails(idle, once.to, code)
    await fails(idle, twice.to, code)
    for draft in (once, twice):
        assert (await asyncio.to_thread(idle.parts.courier.send, draft)).sent in (Sent.SENT, Sent.UNSURE)
    await some_time(idle, seconds=20)
    await fails(idle, once.to, None)
    assert [r.state for r in idle.stores.outbox.of_case(once.case_id)][1:] == [TextState.QUEUED]
    for _ in range(3):
        await some_time(idle, minutes=40)
    assert [t["status"] for t in await idle.practice.texts(once.to)][-1] == "delivered"
    assert len(idle.stores.outbox.of_case(twice.case_id)) == 2, "once more, not again and again"
    assert [t.kind for t in idle.stores.tasks.of_case(once.case_id)] == []
    assert [t.kind for t in idle.stores.tasks.of_case(twice.case_id)] == ["text"]


async def test_a_failure_that_could_not_be_told_is_told_when_temporal_is_back(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = stack.plan("fillings")
    await fails(stack, stack.patient_of(plan)["phone"], 30006)

    async def away(*_: object) -> None:
        raise ConnectionError("Temporal is away")

    with monkeypatch.context() as blink:
        blink.setattr(type(stack.gateway), "texts_stopped", away)
        story = await stack.accept(plan)
        await some_time(stack, seconds=20)
        await some_time(stack, seconds=20)
        assert [t.state for t in stack.stores.outbox.of_case(story.case_id)] == [TextState.UNDELIVERED]
        assert story.state == CaseState.OFFERING
    await stack.step("outbox")
    await stack.settle()
    assert story.state == CaseState.ESCALATED
    assert [t.kind for t in story.open_tasks()] == ["callback"]


async def test_a_confirmation_that_did_not_arrive_is_a_call(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await some_time(stack, seconds=20)
    await fails(stack, story.row.phone, 30006)
    outcome = await story.choose()
    assert outcome.kind is wire.ChoiceKind.BOOKED
    await some_time(stack, seconds=20)
    assert [(t.kind, t.owner) for t in story.open_tasks()] == [("text", "paula")]


async def test_an_alert_that_does_not_arrive_goes_to_the_next_and_is_not_the_patient_s_fault(stack: Stack) -> None:
    await fails(stack, "+12085550199", 30006)
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("my face is swollen and it hurts")
    await some_time(stack, seconds=20)
    [task] = story.open_tasks()
    assert task.kind == "urgent", "the patient's phone is well"
    assert "The alert to Nina Park did not arrive." in task.text
    assert "NOBODY ON CALL" in task.text


async def test_everybody_on_call_and_then_the_managers_are_alerted_in_turn(idle: Stack) -> None:
    boise = idle.parts.locations.get("boise")
    called = tuple(
        StaffMember(key=key, name=key, role="on_call", mobile=mobile)
        for key, mobile in (("olga", "+19075550196"), ("otto", "+19075550197"))
    )
    book = LocationBook([boise.model_copy(update={"staff": (*boise.staff, *called)})])
    s, courier = idle.stores, idle.parts.courier
    alarm = Alarm(courier, s.outbox, s.tasks, s.cases, book, idle.clock, "http://localhost")
    for person in called:
        await fails(idle, person.mobile, 21614 if person.key == "olga" else 30003)
    task = TaskRecord(
        id="tk_1", case_id="phone/boise", location="boise", kind="letter", owner="paula", text="x", opened_at=idle.now
    )
    s.tasks.put(task)
    await asyncio.to_thread(alarm.sound, "boise", "tk_1", "phone/boise")
    assert len(await idle.practice.texts("+12085550199")) == 1, "olga's failed at once"
    said = s.tasks.get("tk_1")
    assert said is not None
    assert said.text.startswith("Nina Park was alerted instead.\nThe alert to olga did not arrive.")
    for text in s.outbox.of_phone("+19075550197"):
        await asyncio.to_thread(alarm.failed, text)
        await asyncio.to_thread(alarm.failed, text)
    assert len(await idle.practice.texts("+12085550199")) == 1
    said = s.tasks.get("tk_1")
    assert said is not None
    assert said.text.count("The alert to otto did not arrive.") == 1
    assert "NOBODY" not in said.text, "Nina has it"
