"""A checkpoint before the first offer: yes, no, and nobody answers."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.case import CaseState
from rules.paths import SHIPPED
from tests.stack import Stack, Template, running
from workflows.contracts import case as wire


@pytest.fixture
async def strict(template: Template, tmp_path: Path) -> AsyncIterator[Stack]:
    """A practice whose senior dentist sees every case over $3,000 first."""
    rules = tmp_path / "rules"
    shutil.copytree(SHIPPED / "base", rules / "base")
    tiers = rules / "base" / "tiers.yaml"
    text = tiers.read_text("utf-8").replace('when: {value: "over $20,000"}', 'when: {value: "over $2,400"}', 1)
    tiers.write_text(text, "utf-8")
    async with running(template, tmp_path / "home", rules=rules) as started:
        yield started


async def test_nothing_is_sent_before_the_yes(strict: Stack) -> None:
    story = await strict.accept(strict.plan("wisdom_teeth"))
    assert story.state == CaseState.AWAITING_APPROVAL
    assert await story.texts() == []
    said = wire.Approve(approved=True, by="nina")
    await strict.gateway.approve(story.case_id, said, "approve-1")
    await strict.settle()
    assert story.state == CaseState.OFFERING
    assert len(await story.texts()) == 1
    assert story.open_tasks() == []


async def test_no_is_a_callback(strict: Stack) -> None:
    story = await strict.accept(strict.plan("wisdom_teeth"))
    said = wire.Approve(approved=False, by="nina", note="wants to talk first")
    await strict.gateway.approve(story.case_id, said, "approve-1")
    await strict.settle()
    assert story.state == CaseState.ESCALATED
    assert [t.kind for t in story.open_tasks()] == ["callback"]
    assert await story.texts() == []


async def test_no_answer_in_time_does_what_the_rule_says(strict: Stack) -> None:
    story = await strict.accept(strict.plan("wisdom_teeth"))
    await strict.advance(hours=30)
    assert story.state == CaseState.ESCALATED
    assert [t.kind for t in story.open_tasks()] == ["callback"]
    assert await story.texts() == []


async def test_booked_by_phone_while_it_waits_for_approval(strict: Stack) -> None:
    plan = strict.plan("wisdom_teeth")
    story = await strict.accept(plan)
    await strict.advance(minutes=3)
    await strict.practice.post("book_by_phone", treat_plan_num=plan)
    await strict.advance(minutes=1)
    assert (await story.end()).state is CaseState.BOOKED_ELSEWHERE
    assert story.open_tasks() == []


async def test_a_no_that_could_not_be_written_down_still_stops_the_texts(strict: Stack) -> None:
    story = await strict.accept(strict.plan("wisdom_teeth"))
    await strict.practice.fault(vendor="opendental", path="/tasks/", kind="status", status=401)
    said = wire.Approve(approved=False, by="nina", note="wants to talk first")
    await strict.gateway.approve(story.case_id, said, "approve-1")
    await strict.settle()
    assert "trouble" not in {t.kind for t in story.open_tasks()}, "the approval's own task stands"
    await strict.practice.recover()
    await strict.advance(minutes=31)
    assert story.state == CaseState.ESCALATED
    assert [t.kind for t in story.open_tasks()] == ["callback"]
    assert await story.texts() == []
