"""Texts keep the patient's hours, over the nights in which the clocks change; answers go at once, at any hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.case import CaseState
from tests.stack import Stack, Template, make_template, running
from tests.story import textable

SPRING, AUTUMN = "2029-03-10", "2029-11-03"
"""Saturdays before the changes in the United States; Sundays allow texts from noon to eight."""


@dataclass(frozen=True)
class Place:
    """``first_hour``: when a Sunday's texts begin there. A 208 number may be north, an hour behind Boise."""

    key: str
    clinic: int
    zone: str
    area: str
    first_hour: int


PLACES = [
    Place("boise", 1, "America/Boise", "+1208", 13),
    Place("phoenix", 2, "America/Phoenix", "+1602", 12),
    Place("portland", 3, "America/Los_Angeles", "+1503", 12),
]


@pytest.fixture(scope="session")
async def autumn(tmp_path_factory: pytest.TempPathFactory) -> Template:
    at = datetime.fromisoformat("2029-10-29T16:00:00+00:00")
    return await make_template(tmp_path_factory.mktemp("autumn"), at)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.key)
async def test_accepted_the_night_the_clocks_change_is_texted_in_the_first_allowed_minute_of_the_new_time(
    template: Template, autumn: Template, tmp_path: Path, place: Place, day: str
) -> None:
    evening = datetime.fromisoformat(f"{day}T20:30:00").replace(tzinfo=ZoneInfo(place.zone))
    first = (evening + timedelta(days=1)).replace(hour=place.first_hour, minute=0)
    practice = template if day == SPRING else autumn
    async with running(practice, tmp_path / "home", locations=(place.key,), start=evening) as stack:
        await stack.round()
        story = await stack.accept(stack.plan(clinic=place.clinic, who=lambda p: _local(p, place.area)))
        assert await story.texts() == []
        assert story.row.next_at == first
        await stack.advance(to=first + timedelta(minutes=1))
        [text] = await story.texts()
        assert first <= datetime.fromisoformat(text["created_at"]) <= first + timedelta(minutes=1)


def _local(patient: dict[str, Any], area: str) -> bool:
    return textable(patient) and patient["phone"].startswith(area)


async def test_a_number_of_another_zone_keeps_that_zone_s_hours_too(template: Template, tmp_path: Path) -> None:
    """A New York number of a Boise patient: nothing after eight in New York, six in Boise."""
    start = datetime.fromisoformat("2029-03-05T18:30:00").replace(tzinfo=ZoneInfo("America/Boise"))
    async with running(template, tmp_path / "home", start=start) as stack:
        story = await stack.accept(stack.plan(who=lambda p: _local(p, "+1212")))
        assert await story.texts() == []
        assert story.row.next_at == datetime.fromisoformat("2029-03-06T09:00:00").replace(
            tzinfo=ZoneInfo("America/Boise")
        )


async def test_an_answer_goes_at_three_in_the_morning(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    night = datetime.fromisoformat("2029-03-06T03:00:00").replace(tzinfo=ZoneInfo("America/Boise"))
    await stack.advance(to=night)
    await story.reply("1")
    assert len(await story.texts()) == 2
    assert story.state == CaseState.AWAITING_DEPOSIT
    await story.pay()
    await stack.deliver()
    assert story.state == CaseState.BOOKED
    assert len(await story.texts()) == 3, "the confirmation answers the payment"


async def test_one_unasked_text_a_day_and_three_a_week(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    await stack.advance(days=8)
    times = [datetime.fromisoformat(t["created_at"]) for t in await story.texts()]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    assert all(gap >= 86_400 for gap in gaps), gaps
    assert len(times) <= 3
