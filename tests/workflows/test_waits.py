"""What a case waits for besides an answer: something to heal, the patient's other plan, a result about the cost."""

import asyncio
import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from domain.case import CaseState, Outcome
from domain.records import WAITING_FOR_OTHER_PLAN
from domain.route import Path, Reason, Route
from rules.messages import day_line
from runtime.rulebook import RuleBook
from tests.stack import Stack
from tests.story import Story
from web.app import plan_pages_deps
from workflows.contracts import case as wire


@pytest.fixture
def heals_until(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The rules say that nothing is offered before the instant put in here."""
    until: list[datetime] = []
    route = RuleBook.route

    def healing(book: RuleBook, facts: Any) -> Route:
        found = route(book, facts)
        why = Reason(value="earliest", text="the bone has to heal")
        changes: dict[str, Any] = {"start_at": until[0], "reasons": (*found.reasons, why)} if until else {}
        return found.model_copy(update=changes)

    monkeypatch.setattr(RuleBook, "route", healing)
    return until


async def two_plans(stack: Stack) -> tuple[Story, Story]:
    """Two plans that one patient accepts, one after the other."""
    first, other = stack.plan("fillings"), stack.plan("crown")
    person = stack.patient_of(first)["PatNum"]
    second = await stack.practice.post("present", treat_plan_num=other, pat_num=person)
    earlier = await stack.accept(first)
    await stack.move(stack.now + timedelta(minutes=1))
    return earlier, await stack.accept(second["TreatPlanNum"])


async def test_nothing_is_offered_before_it_has_healed(stack: Stack, heals_until: list[datetime]) -> None:
    heals_until.append(stack.now + timedelta(days=60))
    story = await stack.accept(stack.plan("fillings"))
    assert story.state == CaseState.PAUSED
    assert story.due == heals_until[0]
    assert any("the bone has to heal" in line for line in story.timeline)
    await stack.advance(to=heals_until[0] - timedelta(minutes=1))
    assert (await story.texts(), story.open_tasks()) == ([], [])
    await stack.advance(minutes=5)
    assert story.state == CaseState.OFFERING, story.timeline
    assert len(await story.texts()) == 1
    await stack.advance(hours=71)
    assert story.open_tasks() == [], "the 72 hours count from the end of the healing"
    await stack.advance(hours=2)
    assert [task.kind for task in story.open_tasks()] == ["escalated"]


async def test_a_patient_who_writes_while_it_heals_reaches_a_person_whose_task_climbs(
    stack: Stack, heals_until: list[datetime]
) -> None:
    heals_until.append(stack.now + timedelta(days=60))
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("is it covered by my insurance?")
    await stack.advance(hours=80)
    [task] = story.open_tasks()
    assert task.level > 0
    await story.resolve(Outcome.RESUME_TEXTS, note="explained")
    await stack.advance(days=2)
    assert [t.step for t in stack.stores.outbox.of_case(story.case_id)][:1] != ["offer"]
    await stack.advance(to=heals_until[0] + timedelta(minutes=5))
    assert story.state == CaseState.OFFERING


async def test_who_is_in_the_building_now_is_texted_when_it_has_healed(
    stack: Stack, heals_until: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    healing = RuleBook.route
    monkeypatch.setattr(
        RuleBook, "route", lambda book, facts: healing(book, facts).model_copy(update={"path": Path.SAME_VISIT})
    )
    heals_until.append(stack.now + timedelta(days=60))
    story = await stack.accept(stack.plan("fillings"))
    await stack.advance(to=heals_until[0] - timedelta(minutes=5))
    await stack.advance(minutes=10)
    assert (len(await story.texts()), story.open_tasks()) == (1, []), story.timeline


async def test_texts_that_resume_late_start_over(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await stack.advance(hours=100)
    assert [task.kind for task in story.open_tasks()] == ["escalated"]
    await story.resolve(Outcome.RESUME_TEXTS, note="reached them, they want texts")
    assert story.open_tasks() == []
    await stack.advance(hours=70)
    sent = [text.step for text in stack.stores.outbox.of_case(story.case_id)]
    assert sent[:4] == ["offer", "nudge_1", "nudge_2", "offer_again_1"], "then the cap of a week holds"
    assert story.open_tasks() == []
    await stack.advance(hours=5)
    assert [task.kind for task in story.open_tasks()] == ["escalated"]


async def test_looking_at_financing_pauses_the_texts_until_a_person_asks(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    began = stack.now
    await story.respond(wire.LooksAtCost(way="financing"), "cost-1")
    assert story.state == CaseState.PAUSED
    assert timedelta(0) <= story.due - began - timedelta(days=3) < timedelta(seconds=30)
    assert story.openings() == []
    await stack.advance(to=story.due - timedelta(minutes=1))
    assert (len(await story.texts()), story.open_tasks()) == (1, []), story.timeline
    await stack.advance(minutes=2)
    assert [task.kind for task in story.open_tasks()] == ["cost_question"]
    assert len(await story.texts()) == 1


async def test_approved_financing_brings_fresh_openings_at_once(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.respond(wire.LooksAtCost(way="financing"), "cost-1")
    await stack.advance(hours=40)
    await story.respond(wire.CostSettled(result="financing_approved"), "cost-2")
    assert story.state == CaseState.OFFERING
    assert "you can pick your time now" in (await story.texts())[-1]["text"]
    await stack.advance(hours=71)
    assert story.open_tasks() == [], "the 72 hours count from the answer"
    assert "nudge_1_again_1" in [text.step for text in stack.stores.outbox.of_case(story.case_id)]
    assert (await story.choose()).kind is wire.ChoiceKind.BOOKED


async def test_refused_financing_is_a_task_and_a_later_way_to_pay_still_wakes_the_case(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.respond(wire.LooksAtCost(way="financing"), "cost-1")
    await story.respond(wire.CostSettled(result="financing_refused"), "cost-2")
    assert [task.kind for task in story.open_tasks()] == ["cost_question"]
    assert len(await story.texts()) == 1
    await story.respond(wire.CostSettled(result="plan_signed"), "cost-3")
    assert (story.open_tasks(), story.state) == ([], CaseState.OFFERING)
    assert len(await story.texts()) == 2


async def test_a_plan_signed_by_who_never_asked_about_the_cost_sends_nothing(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.respond(wire.CostSettled(result="plan_signed"), "cost-1")
    assert len(await story.texts()) == 1
    assert len(story.openings()) == 3, "what was offered still books"


async def test_an_urgent_task_stays_when_the_cost_is_settled(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.respond(wire.LooksAtCost(way="plan"), "cost-1")
    await story.reply("my face is swollen")
    await story.respond(wire.CostSettled(result="plan_signed"), "cost-2")
    assert [task.kind for task in story.open_tasks()] == ["urgent"]


async def test_the_second_plan_waits_and_hears_at_once_that_the_first_is_booked(stack: Stack) -> None:
    first, second = await two_plans(stack)
    assert second.row.next_what == WAITING_FOR_OTHER_PLAN
    await stack.advance(minutes=10)
    assert len(await first.texts()) == 1
    await first.choose()
    assert first.state == CaseState.BOOKED
    await stack.step("watch")
    await stack.settle()
    assert second.row.next_what == "text offer", "its turn has come; the cap of one unasked text a day holds"
    await stack.advance(hours=24)
    assert second.state == CaseState.OFFERING, second.timeline
    assert second.open_tasks() == [], "our own booking for the other plan is nothing to ask about"
    assert (await second.choose(key="form-2")).kind is wire.ChoiceKind.PAY


async def test_the_second_plan_goes_on_when_a_person_has_the_first(stack: Stack) -> None:
    first, second = await two_plans(stack)
    await first.reply("is this covered by my insurance?")
    assert [task.kind for task in first.open_tasks()] == ["question"], "it is about what was asked last"
    await stack.step("watch")
    await stack.settle()
    assert second.row.next_what == "text offer", "its turn has come; the cap of one unasked text a day holds"


async def test_another_time_is_about_the_plan_that_was_offered(stack: Stack) -> None:
    first, second = await two_plans(stack)
    await first.reply("another time please")
    assert [text.step for text in stack.stores.outbox.of_case(first.case_id)] == ["offer", "fresh_1"]
    assert stack.stores.outbox.of_case(second.case_id) == []


async def test_a_payment_plan_that_is_signed_wakes_the_case_without_a_deposit(stack: Stack) -> None:
    """As the plan's pages do it when the patient signs."""
    story = await stack.accept(stack.plan("implant"))
    await story.respond(wire.LooksAtCost(way="plan"), "cost-1")
    pages = plan_pages_deps(stack.parts, stack.client)
    plan = await asyncio.to_thread(pages.desk.from_case, story.case_id, "patient")
    await pages.settle_case(plan)
    await stack.settle()
    assert story.state == CaseState.OFFERING
    last = (await story.texts())[-1]["text"]
    assert "you can pick your time now" in last
    assert not re.search(r"\$|plan|financ", last), "no amount and no way of paying"
    assert (await story.choose()).kind is wire.ChoiceKind.BOOKED


async def test_not_now_by_text_is_asked_when_and_keeps_to_it(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    zone = stack.parts.locations.get("boise").tz
    today = stack.now.astimezone(zone).date()
    await story.reply("not right now, sorry")
    assert story.due == datetime.combine(today + timedelta(days=14), time(10), zone)
    assert f"We'll ask again on {day_line(today + timedelta(days=14), 'en')}" in (await story.texts())[-1]["text"]
    await story.reply("in 2 months")
    month = today.replace(month=today.month + 2)
    assert story.due == datetime.combine(month, time(10), zone)
    assert day_line(month, "en") in (await story.texts())[-1]["text"]
    assert story.open_tasks() == []
    await story.reply("not now, I can't afford it")
    assert [task.kind for task in story.open_tasks()] == ["cost_question"]
    assert "will get back to you" in (await story.texts())[-1]["text"]
