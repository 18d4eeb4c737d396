"""A provider who is out, and one who has left, are the same to whoever was to see them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from domain.absences import is_gone
from domain.people import Provider
from domain.slots import BlockKind, ScheduleBlock
from tests.stack import Stack
from tests.story import Story
from tests.workflows.test_after_booking import booked_with_deposit

Away = Callable[[Stack, str, pytest.MonkeyPatch], None]


def out(stack: Stack, provider_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No hours of theirs in the PMS's schedule any more."""
    pms = stack.parts.vendors.pms("boise")
    schedule = pms.schedule

    def without(first: date, last: date) -> list[ScheduleBlock]:
        theirs = [b for b in schedule(first, last) if b.kind is BlockKind.WORK and b.provider_id == provider_id]
        return [b for b in schedule(first, last) if b not in theirs]

    monkeypatch.setattr(pms, "schedule", without)


def hidden(stack: Stack, provider_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hidden in the PMS, with their hours still in the schedule."""
    pms = stack.parts.vendors.pms("boise")
    known = [p.model_copy(update={"hidden": p.hidden or p.id == provider_id}) for p in pms.providers()]
    monkeypatch.setattr(pms, "providers", lambda: known)


def removed(stack: Stack, provider_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pms = stack.parts.vendors.pms("boise")
    left: list[Provider] = [p for p in pms.providers() if p.id != provider_id]
    monkeypatch.setattr(pms, "providers", lambda: left)


async def an_hour_on(stack: Stack) -> None:
    """The next reading of providers and schedule."""
    await stack.move(stack.now + timedelta(minutes=61))
    await stack.step("mirror")


def follow_ups(stack: Stack, story: Story) -> list[Any]:
    return [c for c in stack.open_cases() if c.patient_id == story.row.patient_id]


@pytest.mark.parametrize("away", [out, hidden, removed])
async def test_who_is_booked_with_them_hears_it_and_has_first_pick(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, away: Away
) -> None:
    story = await booked_with_deposit(stack)
    before = story.row
    away(stack, before.booked_provider_id, monkeypatch)
    for _ in range(2):
        await an_hour_on(stack)
        await stack.until(lambda: [c for c in follow_ups(stack, story) if c.owner])
    [again] = follow_ups(stack, story)
    hit = story.row
    assert hit.displaced
    assert (hit.displaced_start, hit.displaced_provider_id) == (before.booked_start, before.booked_provider_id)
    assert (hit.displaced_case, hit.displaced_location) == (again.case_id, "boise")
    assert list(stack.stores.cases.displaced_since("boise", stack.now)) == [hit]
    assert hit.appointment_id == before.appointment_id, "the visit stands until it is moved"
    sorry = [text for text in await story.texts() if "sorry" in text["text"]]
    assert len(sorry) <= 1
    assert not [o for o in stack.parts.openings.all_for(hit, stack.now) if o.provider_id == before.booked_provider_id]


@pytest.mark.parametrize("away", [out, hidden, removed])
async def test_times_offered_with_them_are_taken_back(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, away: Away
) -> None:
    story = await stack.accept(stack.plan("implant"))
    offered = story.openings()
    provider = offered[0].provider_id
    away(stack, provider, monkeypatch)
    await an_hour_on(stack)
    await stack.settle()
    assert all(o.provider_id != provider for o in story.openings())
    assert any("taken back: the provider is away" in line for line in story.timeline)
    assert not stack.parts.openings.still_free(story.row, offered[0], stack.now)
    await story.reply("1")
    assert not await story.appointments()
    assert story.state != "booked"


async def test_a_schedule_without_anybody_s_hours_says_of_nobody_that_they_are_away(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await booked_with_deposit(stack)
    offered = await stack.accept(stack.plan("fillings"))
    times = offered.openings()
    monkeypatch.setattr(stack.parts.vendors.pms("boise"), "schedule", lambda first, last: [])
    await an_hour_on(stack)
    assert not story.row.displaced
    assert follow_ups(stack, story) == []
    assert offered.openings() == times


async def test_a_cancelled_visit_is_not_hit_any_more(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    story = await booked_with_deposit(stack)
    await stack.gateway.cancel_booking(story.case_id, "patient", "page-cancel-0001")
    await stack.settle()
    out(stack, story.row.booked_provider_id, monkeypatch)
    await an_hour_on(stack)
    assert not story.row.displaced
    assert len(follow_ups(stack, story)) == 1


def test_an_empty_mirror_says_of_nobody_that_they_left() -> None:
    assert not is_gone({}, "11")
