"""What a patient writes when no case is open any more: somebody always hears of it."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest

from domain.case import CaseState
from tests.stack import Stack
from tests.story import Story


async def booked(stack: Stack) -> Story:
    story = await stack.accept(stack.plan("fillings"))
    await story.choose()
    assert story.state == CaseState.BOOKED
    return story


def consent(story: Story) -> str:
    """By the practice's own record."""
    pms = story.stack.parts.vendors.pms("boise")
    return str(pms.patient(story.row.patient_id).text_consent.value)


async def test_an_alarm_after_the_booking_is_a_task_and_wakes_the_on_call_people(stack: Stack) -> None:
    story = await booked(stack)
    await story.reply("my face is swollen and I can't breathe")
    [task] = story.open_tasks()
    assert (task.kind, task.urgent) == ("urgent", True)
    assert "my face is swollen" in task.text
    for person in stack.parts.locations.get("boise").on_call():
        [alert] = await stack.practice.texts(person.mobile)
        assert "swollen" not in alert["text"]
    await stack.advance(minutes=10)
    assert story.open_tasks()[0].pms_task_id, "the practice sees it on its own list"


async def test_an_urgent_question_on_the_page_of_a_booked_visit_alarms_and_reaches_the_pms(stack: Stack) -> None:
    story = await booked(stack)
    row = story.row
    token = stack.stores.links.issue(row.case_id, row.phone, stack.now, stack.now + timedelta(days=1))
    async with httpx.AsyncClient(base_url=stack.parts.settings.url, trust_env=False) as web:
        page = (await web.get(f"/b/{token}/question")).text
        command = re.search(r'name="command" value="([^"]+)"', page)
        assert command is not None
        for _ in range(2):
            form = {"command": command[1], "question": "my face is swollen and I can't breathe"}
            assert (await web.post(f"/b/{token}/question", data=form)).status_code == 200
    [task] = story.open_tasks()
    assert (task.urgent, task.next_climb_at is not None) == (True, True)
    assert "my face is swollen" in task.text
    for person in stack.parts.locations.get("boise").on_call():
        [alert] = await stack.practice.texts(person.mobile)
        assert "swollen" not in alert["text"]
    await stack.advance(minutes=10)
    assert story.open_tasks()[0].pms_task_id


async def test_what_nobody_touches_after_the_end_climbs_here_and_in_the_pms(stack: Stack) -> None:
    story = await booked(stack)
    await story.reply("I need to reschedule")
    [first] = story.open_tasks()
    await stack.advance(minutes=10)
    assert first.next_climb_at is not None
    await stack.advance(to=first.next_climb_at + timedelta(minutes=1))
    [task] = story.open_tasks()
    assert task.level == 1
    assert task.owner != first.owner
    assert task.next_climb_at is not None
    assert task.next_climb_at > stack.now
    owner = stack.parts.locations.get("boise").member(task.owner)
    rows = [row for row in (await stack.practice.records())["tasks"] if task.id in row["Descript"]]
    assert [str(row["TaskListNum"]) for row in rows] == [owner.task_list_id]


@pytest.mark.parametrize(("said", "kind"), [("I need to reschedule", "reply"), ("CANCEL", "stop")])
async def test_a_wish_about_the_booked_visit_is_a_task(stack: Stack, said: str, kind: str) -> None:
    story = await booked(stack)
    await story.reply(said)
    [task] = story.open_tasks()
    assert task.kind == kind
    assert said in task.text
    assert task.next_climb_at is not None
    assert task.next_climb_at > stack.now


@pytest.mark.parametrize("said", ["STOP", "wrong number"])
async def test_a_stop_after_the_booking_reaches_the_pms(stack: Stack, said: str) -> None:
    story = await booked(stack)
    assert await asyncio.to_thread(consent, story) == "yes"
    await story.reply(said)
    assert stack.stores.suppressions.is_suppressed(story.row.phone)
    await stack.step("consent")
    assert await asyncio.to_thread(consent, story) == "no"


async def test_cancel_during_the_offer_tells_the_person_what_was_written(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("cancel")
    [task] = story.open_tasks()
    assert "may have meant the appointment" in task.text


async def test_an_alarm_from_an_unknown_phone_wakes_the_on_call_people(stack: Stack) -> None:
    await stack.practice.post("twilio/inbound", **{"from": "+12085550177", "body": "I can't breathe"})
    await stack.deliver()
    for person in stack.parts.locations.get("boise").on_call():
        assert len(await stack.practice.texts(person.mobile)) == 1


@pytest.mark.parametrize("said", ["Thank you!", "ok gracias", "👍", "see you then", 'Liked "You are booked"'])
async def test_thanks_after_the_booking_stay_in_the_thread_and_ask_nobody(stack: Stack, said: str) -> None:
    story = await booked(stack)
    texts = len(await story.texts())
    await story.reply(said)
    assert story.tasks() == []
    assert len(await story.texts()) == texts
    assert any(said in line for line in story.timeline)


async def test_thanks_during_the_offer_leave_the_texts_going(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("ok thank you")
    assert (story.state, story.tasks()) == (CaseState.OFFERING, [])
    await stack.advance(hours=27)
    assert len(await story.texts()) == 2, "the nudge goes on"


async def test_a_task_that_is_closed_here_is_ticked_off_in_the_pms_once(stack: Stack) -> None:
    story = await booked(stack)
    await story.reply("can my sister come along?")
    await stack.advance(minutes=10)
    [task] = story.open_tasks()
    closed = {"done_at": stack.now, "outcome": "done", "outcome_note": "she may", "done_by": "paula"}
    stack.stores.tasks.update(task.id, {**closed, "close_there": True})
    await stack.practice.fault(vendor="opendental", method="PUT", path="/tasks", kind="status", status=503)
    await stack.step("tasks")
    assert [each.id for each in stack.stores.tasks.to_close_there()] == [task.id], "the PMS is down"
    await stack.practice.recover()
    for _ in range(2):
        await stack.step("tasks")
    assert stack.stores.tasks.to_close_there() == []
    assert stack.parts.vendors.pms("boise").task(task.pms_task_id).done
