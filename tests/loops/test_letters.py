"""Texts that no case expects: from phones nobody knows, and from machines."""

import json

import pytest
import structlog

from domain.case import CaseState
from loops.replies import MOST_ANSWERS
from tests.stack import Stack

STRANGER, OFFICE = "+15035550177", "+12085550100"
IOS = "I'm driving with Do Not Disturb While Driving turned on. I'll see your message when I get where I'm going."
IOS_MORE = (
    '(I\'m not receiving notifications. If this is urgent, reply "urgent" to send a notification through with your '
    "original message.)"
)


async def writes(stack: Stack, body: str, phone: str = STRANGER) -> None:
    await stack.practice.post("twilio/inbound", **{"from": phone, "to": OFFICE, "body": body})
    await stack.practice.set_clock(stack.now)
    await stack.step("inbox")


async def test_a_text_of_an_unknown_phone_is_a_task_with_its_words(idle: Stack) -> None:
    await writes(idle, "Do you take my insurance?")
    [task] = idle.stores.work.open_tasks("boise")
    assert (task.kind, task.owner, task.urgent) == ("letter", "paula", False)
    assert f'{STRANGER} wrote to {OFFICE}: "Do you take my insurance?"' in task.text
    await idle.advance(minutes=10)
    await idle.step("tasks")
    assert idle.stores.inbox.stuck() == []
    assert await idle.practice.texts() == []


async def test_an_unknown_phone_in_need_alarms_and_the_alarm_has_a_task(idle: Stack) -> None:
    await writes(idle, "my face is swollen and I can not breathe well")
    [task] = idle.stores.work.open_tasks("boise")
    assert (task.kind, task.urgent) == ("letter", True)
    assert len(await idle.practice.texts("+12085550199")) == 1
    assert len(await idle.practice.texts(STRANGER)) == 1


@pytest.mark.parametrize("said", [IOS, IOS_MORE, "Automatic reply: I am out of the office until Monday."])
async def test_what_a_phone_writes_by_itself_stays_in_the_thread(stack: Stack, said: str) -> None:
    story = await stack.accept(stack.plan("fillings"))
    due, texts = story.due, len(await story.texts())
    await story.reply(said)
    assert (story.state, story.due) == (CaseState.OFFERING, due)
    assert len(await story.texts()) == texts
    assert await stack.practice.texts("+12085550199") == []
    assert story.open_tasks() == []
    assert f"reply: patient wrote: {said}" in story.timeline


async def test_two_machines_do_not_talk_for_ever(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    for _ in range(MOST_ANSWERS + 4):
        await story.reply("help")
    answers = [text for text in stack.stores.outbox.of_case(story.case_id) if text.kind == "answer"]
    assert len(answers) == MOST_ANSWERS
    assert len([t for t in story.open_tasks() if "may be a machine" in t.text]) == 1
    await story.reply("STOP")
    assert stack.stores.suppressions.is_suppressed(story.row.phone), "a stop is heard all the same"


async def test_what_a_patient_wrote_is_in_no_log_line(idle: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "my secret words"
    idle.stores.inbox.add("twilio.inbound", "SM-odd", json.dumps({"location": "boise", "raw": [words]}), idle.now)
    with structlog.testing.capture_logs() as lines:
        await idle.step("inbox")
    assert any(line["event"] == "an inbox row failed, kept" for line in lines)
    assert words not in str(lines)
