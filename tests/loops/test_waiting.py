"""No opening, so a person looks for one; the patient gets times by text at once when a chair comes free meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest

from connectors.base import Pms
from domain.case import CaseState
from domain.records import HoldRecord
from domain.slots import Appointment, AppointmentStatus, BlockKind, Opening, ScheduleBlock
from tests.stack import Stack
from tests.story import Story

ACCOUNT = "opendental:boise"
DENTIST = "102"
"""Whom the plan names; the rule for fillings waits for them."""
ROOM = timedelta(minutes=10)
"""The fillings take a little longer than the visit does."""


class Book:
    """The PMS's schedule, cut down to the hours in which one long visit stands."""

    def __init__(self, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
        pms: Pms = stack.parts.vendors.pms("boise")
        self._whole = pms.schedule
        self.visit = longest_visit(stack)
        self.open = False
        monkeypatch.setattr(pms, "schedule", self.schedule)

    def schedule(self, first: date, last: date) -> list[ScheduleBlock]:
        blocks = list(self._whole(first, last))
        if self.open:
            return blocks
        visit = self.visit
        theirs = (b for b in blocks if b.kind is BlockKind.WORK and b.provider_id == visit.provider_id)
        return [
            b.model_copy(update={"start": visit.start, "stop": visit.stop + ROOM, "operatories": (visit.operatory_id,)})
            for b in theirs
            if b.start <= visit.start and visit.stop <= b.stop
        ]


def longest_visit(stack: Stack) -> Appointment:
    """Of the dentist, who sees nobody else meanwhile, some days ahead."""
    first = stack.now + timedelta(days=3)
    _, visits = stack.stores.mirror.day_sheet(ACCOUNT, first, first + timedelta(days=21))
    zone = stack.parts.locations.get("boise").tz
    visits = [v for v in visits if v.start.astimezone(zone).weekday() < 5]
    standing = [v for v in visits if v.status is AppointmentStatus.SCHEDULED and v.provider_id == DENTIST]
    alone = [v for v in standing if not any(_meets(v, other) for other in visits)]
    return max(alone, key=lambda visit: len(visit.pattern))


def _meets(visit: Appointment, other: Appointment) -> bool:
    people = {other.provider_id, other.hygienist_id}
    same = visit.provider_id in people or visit.operatory_id == other.operatory_id
    return visit.id != other.id and same and visit.start < other.stop and other.start < visit.stop + ROOM


@pytest.fixture
def book(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Book:
    return Book(stack, monkeypatch)


async def waiting(stack: Stack, kind: str = "fillings") -> Story:
    await stack.advance(minutes=16)
    story = await stack.accept(stack.plan(kind))
    assert [task.kind for task in story.open_tasks()] == ["no_openings"], story.timeline
    assert await story.texts() == []
    return story


async def called_off(stack: Stack, book: Book) -> None:
    await stack.practice.post("break", apt_num=int(book.visit.id))


async def moved(stack: Stack, book: Book) -> None:
    pms: Any = stack.parts.vendors.pms("boise")
    day = book.visit.start.astimezone(stack.parts.locations.get("boise").tz) + timedelta(days=7)
    await asyncio.to_thread(
        pms._office.client.put, f"/appointments/{book.visit.id}", {"AptDateTime": f"{day:%Y-%m-%d %H:%M:%S}"}
    )


async def more_hours(stack: Stack, book: Book) -> None:
    book.open = True
    await stack.move(stack.now + timedelta(minutes=16))


@pytest.mark.parametrize("freed", [called_off, moved, more_hours])
async def test_a_chair_that_comes_free_in_the_pms_is_offered_at_once(
    stack: Stack, book: Book, freed: Callable[[Stack, Book], Awaitable[None]]
) -> None:
    story = await waiting(stack)
    await freed(stack, book)
    await stack.step("mirror")
    await stack.settle()
    assert story.state == CaseState.OFFERING, story.timeline
    assert len(await story.texts()) == 1
    assert story.openings()


def held(stack: Stack, book: Book) -> HoldRecord:
    """Somebody else has the one time that there is."""
    visit = book.visit
    kept = HoldRecord(
        id="ho_other",
        case_id="case/boise/opendental/1/s1/1",
        account=stack.parts.locations.get("boise").budget,
        opening=Opening(
            start=visit.start,
            pattern="X" * len(visit.pattern),
            operatory_id=visit.operatory_id,
            provider_id=visit.provider_id,
        ),
        created_at=stack.now,
        expires_at=stack.now + timedelta(hours=1),
    )
    assert stack.stores.holds.take(kept, stack.now)
    return kept


async def test_a_chair_that_another_patient_lets_go_of_is_offered_at_once(stack: Stack, book: Book) -> None:
    await called_off(stack, book)
    kept = held(stack, book)
    story = await waiting(stack)
    await stack.step("holds")
    stack.stores.holds.release(kept.id)
    await stack.step("holds")
    await stack.settle()
    assert story.state == CaseState.OFFERING, story.timeline
    assert len(await story.texts()) == 1


async def test_who_finds_nothing_on_the_page_is_called_and_the_texts_go_on(stack: Stack, book: Book) -> None:
    await called_off(stack, book)
    await stack.advance(minutes=16)
    story = await stack.accept(stack.plan("fillings"))
    assert len(await story.texts()) == 1
    kept = held(stack, book)
    await stack.step("holds")
    for _ in range(2):
        await stack.gateway.no_times_left(story.case_id)
        await stack.settle()
    [task] = story.open_tasks()
    assert (task.kind, story.row.owner) == ("callback", task.owner)
    stack.stores.holds.release(kept.id)
    await stack.advance(hours=49)
    assert len(await story.texts()) > 1, story.timeline
