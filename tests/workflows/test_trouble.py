"""Vendors that are down, answers that are lost, workers that die, news that comes five times."""

import asyncio
from datetime import timedelta
from pathlib import Path

from domain.case import CaseState
from tests.stack import Stack, Template, running
from workflows.contracts import case as wire

BOOKING = {"vendor": "opendental", "method": "POST", "path": "/appointments"}


async def test_a_booking_whose_answer_was_lost_is_adopted(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await stack.practice.fault(**BOOKING, kind="lost_response", count=1)
    outcome = await story.choose()
    assert outcome.kind is wire.ChoiceKind.BOOKED
    assert len(await story.appointments()) == 1
    assert await stack.practice.get("conflicts") == []


async def test_a_pms_that_is_down_while_booking_makes_a_task_and_books_later(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    opening = story.openings()[0]
    await stack.practice.fault(vendor="opendental", kind="status", status=503)
    choice = wire.ChooseOpening(opening=opening, command_id="form-1")
    choosing = asyncio.create_task(stack.gateway.choose(story.case_id, choice))
    await stack.practice.struck("status")
    await stack.advance(minutes=21, settle=False)
    await stack.until(lambda: [t.kind for t in story.open_tasks()] == ["booking_stuck"])
    assert (await choosing).kind is wire.ChoiceKind.PENDING
    await stack.practice.recover()
    await stack.advance(minutes=20, settle=False)
    await stack.until(lambda: story.state == CaseState.BOOKED)
    assert (await story.end()).state is CaseState.BOOKED
    assert len(await story.appointments()) == 1
    assert story.open_tasks() == []


async def test_a_pms_that_is_down_at_the_acceptance_only_delays(stack: Stack) -> None:
    plan = stack.plan("fillings")
    await stack.sign(plan)
    await stack.step("detect")
    story = stack.story(plan)
    await stack.settle()
    assert story.state == CaseState.OFFERING
    await stack.practice.fault(vendor="opendental", kind="status", status=503)
    nudge = story.row.next_at
    assert nudge is not None
    await stack.move(nudge + timedelta(seconds=1))
    await asyncio.sleep(0.3)
    assert len(await story.texts()) == 1
    await stack.practice.recover()
    await stack.move(stack.now + timedelta(minutes=6))
    await stack.until(lambda: len(stack.stores.outbox.of_case(story.case_id)) == 2)


async def test_the_same_acceptance_seen_five_times_is_one_case(stack: Stack) -> None:
    plan = stack.plan("fillings")
    await stack.sign(plan)
    for _ in range(5):
        await stack.step("detect")
    await asyncio.gather(*(stack.step("detect") for _ in range(5)))
    await stack.settle()
    story = stack.story(plan)
    assert len(await story.texts()) == 1
    for _ in range(3):
        await stack.gateway.start(story.row)
    await stack.settle()
    assert len(await story.texts()) == 1


async def test_an_acceptance_never_starts_again_after_its_case_ended(stack: Stack) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    await story.choose()
    await story.end()
    for _ in range(5):
        await stack.gateway.start(story.row)
    await stack.advance(hours=1)
    assert story.state == CaseState.BOOKED
    assert len(await story.appointments()) == 1


async def test_the_baseline_is_counted_and_never_texted(stack: Stack) -> None:
    before = [p for p in stack.template.plans if p["signed"] and p["clinic"] == 1]
    assert len(before) > 10
    assert stack.all_cases() == []
    await stack.advance(hours=30)
    assert await stack.practice.texts() == []


async def test_the_watch_starts_a_case_whose_start_was_lost(stack: Stack) -> None:
    """A crash between the row and the workflow."""
    plan = stack.plan("fillings")
    await stack.sign(plan)
    real, stack.loops["detect:opendental:boise"]._gateway = stack.gateway, _DeadGateway()  # type: ignore[attr-defined]
    try:
        await stack.step("detect")
    except ConnectionError:
        pass
    else:
        raise AssertionError("the start should have failed")
    stack.loops["detect:opendental:boise"]._gateway = real  # type: ignore[attr-defined]
    story = stack.story(plan)
    assert story.state == CaseState.DETECTED
    await stack.step("watch")
    await stack.settle()
    assert story.state == CaseState.OFFERING


async def test_the_watch_starts_a_workflow_that_is_gone(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await stack.handle(story.case_id).terminate("lost in a disaster")
    await stack.move(story.due + timedelta(minutes=11))
    await stack.step("watch")
    await stack.settle()
    assert await stack.gateway.is_open(story.case_id)
    assert story.due > stack.now
    assert len(await story.texts()) <= 2


class _DeadGateway:
    async def start(self, *_: object, **__: object) -> None:
        raise ConnectionError("Temporal is not there")


async def test_the_main_story_without_a_cache_replays_at_every_step(template: Template, tmp_path: Path) -> None:
    async with running(template, tmp_path / "home", cached_workflows=0) as stack:
        story = await stack.accept(stack.plan("implant"))
        await stack.advance(hours=26)
        await story.choose()
        await story.pay()
        await stack.deliver()
        assert (await story.end()).state is CaseState.BOOKED
