"""When nobody books: nudges, the true 72 hours, a person with a task, and the chain above them."""

from datetime import timedelta

from domain.case import CaseState, Outcome
from tests.stack import Stack
from workflows.contracts import case as wire


async def test_nudges_then_72_hours_then_a_person_with_everything_they_need(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    accepted = story.row.accepted_at
    await stack.advance(to=accepted + timedelta(hours=71, minutes=59))
    steps = [t.step for t in stack.stores.outbox.of_case(story.case_id)]
    assert steps == ["offer", "nudge_1", "nudge_2"]
    assert len(await story.texts()) == 3
    assert story.open_tasks() == []

    await stack.advance(minutes=2)
    assert story.state == CaseState.ESCALATED
    [task] = story.open_tasks()
    assert accepted + timedelta(hours=72) <= task.opened_at <= accepted + timedelta(hours=72, seconds=5)
    patient = stack.patient_of(int(story.row.plan_id))
    for wanted in (
        patient["last"],
        patient["phone"],
        "fillings",
        "$",
        "text nudge_2: sent",
        "Openings that fit:",
        "/console/cases/",
    ):
        assert wanted.lower() in task.text.lower() or wanted == "fillings", (wanted, task.text)
    in_pms = [t for t in (await stack.practice.records())["tasks"] if str(t["TaskNum"]) == task.pms_task_id]
    assert [t["TaskListNum"] for t in in_pms] == [101], "the named coordinator's list"

    await story.resolve(Outcome.NOT_REACHED, note="left two messages")
    assert (await story.end()).state is CaseState.HANDED_OVER
    assert story.open_tasks() == []
    assert len(await story.texts()) == 3, "nothing more is sent"


async def test_a_surgical_case_has_a_call_task_at_60_hours_too(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    await stack.advance(hours=73)
    assert [t.kind for t in story.tasks()] == ["call", "escalated"]
    steps = [t.step for t in stack.stores.outbox.of_case(story.case_id)]
    assert steps == ["offer", "nudge_1", "nudge_2"]


async def test_an_untouched_task_climbs_in_open_hours_and_never_stops(stack: Stack) -> None:
    """Escalated Thursday 10:00; the chain gives the manager 8 open hours later: Friday 9:00."""
    story = await stack.accept(stack.plan("fillings"))
    await stack.advance(hours=72, minutes=1)
    [task] = story.open_tasks()
    zone = stack.parts.locations.get("boise").tz
    climbs = story.due.astimezone(zone)
    assert (climbs.strftime("%A"), climbs.hour, climbs.minute) == ("Friday", 9, 0)
    await stack.advance(to=story.due + timedelta(seconds=5))
    [task] = story.open_tasks()
    assert (task.owner, task.level) == ("nina", 1)
    first = story.due
    await stack.advance(to=first + timedelta(minutes=1))
    [task] = story.open_tasks()
    assert task.level == 2
    assert story.due > first, "the last owner is asked again and again"
    in_pms = [t for t in (await stack.practice.records())["tasks"] if str(t["TaskNum"]) == task.pms_task_id]
    assert [t["TaskListNum"] for t in in_pms] == [103]


async def test_a_task_ticked_off_in_the_pms_ends_the_case(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await stack.advance(hours=72, minutes=1)
    [task] = story.open_tasks()
    await stack.practice.post("task", task_num=int(task.pms_task_id))
    await stack.round()
    assert (await story.end()).state is CaseState.HANDED_OVER


async def test_a_booking_after_the_escalation_closes_the_task(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await stack.advance(hours=72, minutes=1)
    assert story.openings(), "the last numbers still book"
    await story.reply(str(story.numbered()[0].number))
    assert (await story.end()).state is CaseState.BOOKED
    assert story.open_tasks() == []


async def test_declined_by_reply_ends_it_with_one_answer(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("no thanks")
    assert (await story.end()).state is CaseState.DECLINED
    assert len(await story.texts()) == 2
    await stack.advance(hours=80)
    assert len(await story.texts()) == 2


async def test_not_now_rests_and_comes_back_when_the_patient_said(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    until = stack.now + timedelta(days=14)
    await story.respond(wire.NotNow(until=until, reason="after the holidays"), "not-now-1")
    assert story.state == CaseState.PAUSED
    assert story.openings() == []
    await stack.advance(to=until - timedelta(minutes=1))
    assert len(await story.texts()) == 1
    await stack.advance(minutes=5)
    assert len(await story.texts()) == 2, story.timeline
    assert story.state == CaseState.OFFERING
    assert (await story.choose(key="later")).kind is wire.ChoiceKind.BOOKED


async def test_what_a_patient_writes_reaches_the_coordinator_and_texts_pause(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("does my insurance cover any of this?")
    [task] = story.open_tasks()
    assert task.kind == "question"
    assert "does my insurance cover" in task.text
    assert story.state == CaseState.PAUSED
    await stack.advance(hours=30)
    assert len(await story.texts()) == 2, "the answer that a person will call, and no nudge"


async def test_pain_is_urgent(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("my face is swollen and it hurts a lot")
    [task] = story.open_tasks()
    assert task.urgent
    assert len(await story.texts()) == 2


async def test_texts_resume_when_the_owner_says_so(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("what is this about?")
    await story.resolve(Outcome.RESUME_TEXTS, note="explained")
    assert story.open_tasks() == []
    await stack.advance(hours=27)
    assert [t.step for t in stack.stores.outbox.of_case(story.case_id)][-1] == "nudge_1"


async def test_stopped_again_after_the_texts_resumed_is_a_new_task(stack: Stack) -> None:
    """The task of the first stop is done; the second one must not be taken for it."""
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("STOP")
    await story.resolve(Outcome.RESUME_TEXTS, note="was a mistake")
    await stack.advance(hours=30)
    [task] = story.open_tasks()
    assert task.kind == "callback"
    await stack.advance(to=story.due + timedelta(seconds=5))
    assert story.open_tasks()[0].level == 1, "and it climbs as every task does"


async def test_one_person_is_asked_once_for_one_question(stack: Stack) -> None:
    """While a reply waits for its person, the 72 hours make no second task: the first one climbs."""
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("is it covered?")
    await stack.advance(hours=80)
    [task] = story.open_tasks()
    assert task.level > 0


async def test_call_back_later_moves_the_climb(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("can you call my wife about this?")
    at = stack.now + timedelta(days=3)
    await story.resolve(Outcome.CALL_BACK, call_back_at=at)
    assert story.row.next_at == at
    await stack.advance(to=at - timedelta(minutes=1))
    assert story.open_tasks()[0].level == 0
    await stack.advance(minutes=2)
    assert story.open_tasks()[0].level == 1, story.timeline
