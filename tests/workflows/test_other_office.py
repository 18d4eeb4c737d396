"""No opening at home: by rule the sister office of the same records has the visit, with its chair and its clock."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

import tests.stack
from domain.case import CaseState
from domain.slots import AppointmentStatus
from tests.stack import LOCATIONS, Stack, Template, running
from tests.story import Story, textable
from workflows.contracts import case as wire

RULE = "tiers: {restorative: {openings: {other_locations: [tempe]}}, surgical: {openings: {other_locations: [tempe]}}}"
DENTISTS, SURGEON = (201, 202), 203
TEMPE, TEMPE_SURGEON, TEMPE_DENTIST = 5, 252, 251

Start = Callable[..., AbstractAsyncContextManager[Stack]]


@pytest.fixture
def start(template: Template, tmp_path: Path) -> Start:
    @asynccontextmanager
    async def started(rule: str = RULE) -> AsyncIterator[Stack]:
        own = tmp_path / "rules" / "locations" / "phoenix"
        own.mkdir(parents=True)
        (own / "own.yaml").write_text(rule)
        both = ("phoenix", "tempe")
        async with running(template, tmp_path / "home", locations=both, rules=tmp_path / "rules") as stack:
            yield stack

    return started


async def out(stack: Stack, *providers: int, days: int = 90) -> None:
    """These people do not work any more; the mirror learns of it."""
    first = stack.now.date()
    for provider in providers:
        gone = await stack.practice.post(
            "provider_out", prov_num=provider, first=str(first), last=str(first + timedelta(days=days))
        )
        assert gone["shifts"] > 0
    await stack.advance(minutes=16)


def phoenix_plan(stack: Stack, kind: str) -> int:
    near = ("+1602", "+1623", "+1480")
    return stack.plan(kind, clinic=2, who=lambda who: textable(who) and str(who["phone"]).startswith(near))


async def page(stack: Stack, story: Story, rest: str = "") -> str:
    row = story.row
    token = stack.stores.links.issue(row.case_id, row.phone, stack.now, stack.now + timedelta(days=1))
    async with httpx.AsyncClient(base_url=stack.parts.settings.url, trust_env=False) as web:
        return (await web.get(f"/b/{token}{rest}")).text


async def live(story: Story) -> list[dict[str, Any]]:
    return [each for each in await story.appointments() if each["status"] == "Scheduled"]


async def test_the_sister_office_is_offered_chosen_paid_for_and_booked(start: Start) -> None:
    async with start() as stack:
        await out(stack, SURGEON)
        story = await stack.accept(phoenix_plan(stack, "implant"))
        assert {each.location for each in story.openings()} == {"tempe"}
        assert {each.provider_id for each in story.openings()} == {str(TEMPE_SURGEON)}
        (offer,) = await story.texts()
        assert "At Cedar Ridge Tempe, 31 Mill Walk, Tempe:\n1) " in offer["text"]
        (sent,) = stack.stores.outbox.of_case(story.case_id)
        assert sent.location == "phoenix", "the patient's own office writes"
        shown = await page(stack, story)
        assert "These times are at our other office, Cedar Ridge Dental Tempe." in shown
        assert "31 Mill Walk, Tempe" in shown

        opening = story.openings()[1]
        outcome = await story.choose(1)
        assert outcome.kind is wire.ChoiceKind.PAY
        await story.pay()
        await stack.deliver()
        assert (await story.end()).state is CaseState.BOOKED

        (visit,) = await live(story)
        assert (visit["at_clinic"], str(visit["op"]), visit["provider"]) == (TEMPE, opening.operatory_id, TEMPE_SURGEON)
        assert visit["start"] == opening.start.isoformat()
        assert [p["code"] for p in visit["procs"]] == ["D6010"]
        assert await stack.practice.get("conflicts") == []
        row = story.row
        assert (row.location, row.visit_office, row.booked_operatory_id) == ("phoenix", "tempe", str(visit["op"]))
        assert stack.stores.mirror.appointment("opendental:tempe", row.appointment_id) is not None
        assert stack.stores.mirror.appointment("opendental:phoenix", row.appointment_id) is None
        booked = (await story.texts())[-1]["text"]
        assert "at Cedar Ridge Tempe, 31 Mill Walk, Tempe" in booked
        assert "(602) 555-0100" in booked
        assert "31 Mill Walk\\, Tempe" in await page(stack, story, "/calendar.ics")


@pytest.mark.parametrize("rule", ["", "tiers: {surgical: {openings: {other_locations: [tempe]}}}"])
async def test_without_the_rule_the_sister_office_is_never_offered(start: Start, rule: str) -> None:
    """Another tier's rule is no rule for this case. Nothing fits, so there is no link to an empty calendar either."""
    async with start(rule) as stack:
        await out(stack, *DENTISTS)
        story = await stack.accept(phoenix_plan(stack, "onlay"))
        assert story.openings() == []
        assert await story.texts() == [] or all("/b/" not in each["text"] for each in await story.texts())
        assert stack.parts.openings.all_for(story.row, stack.now) == []
        await stack.advance(hours=80)
        assert await live(story) == []
        assert story.open_tasks(), "a person has it"
        assert "Tempe" not in " ".join(each["text"] for each in await story.texts())


async def test_at_home_first_as_long_as_there_is_anything(start: Start) -> None:
    async with start() as stack:
        await out(stack, DENTISTS[0])
        story = await stack.accept(phoenix_plan(stack, "onlay"))
        assert {each.location for each in story.openings()} == {""}
        assert {each.provider_id for each in story.openings()} == {str(DENTISTS[1])}


async def test_only_the_planned_provider_where_the_rule_says_so(start: Start) -> None:
    async with start("tiers: {restorative: {openings: {other_provider: no}}}") as stack:
        story = await stack.accept(phoenix_plan(stack, "onlay"))
        planned = story.row.provider_id
        offered = story.openings()
        assert {each.provider_id for each in offered} == {planned}
        await out(stack, int(planned))
        assert stack.parts.openings.all_for(story.row, stack.now) == []
        assert not stack.parts.openings.still_free(story.row, offered[0], stack.now)


async def test_moved_home_and_cancelled_there(start: Start) -> None:
    async with start() as stack:
        await out(stack, *DENTISTS, days=32)
        story = await stack.accept(phoenix_plan(stack, "onlay"))
        far = [
            o for o in stack.parts.openings.all_for(story.row, stack.now) if o.start > stack.now + timedelta(days=20)
        ]
        await stack.gateway.choose(story.case_id, wire.ChooseOpening(opening=far[0], command_id="form-1"))
        await stack.settle()
        away = story.row.appointment_id
        assert story.row.visit_office == "tempe"
        await stack.advance(days=6)
        home = stack.parts.openings.all_for(story.row, stack.now)[0]
        assert home.location == "", "there are times at home again"
        outcome = await stack.gateway.reschedule(story.case_id, home, "page-move-0001")
        await stack.settle()
        assert outcome.kind is wire.ChoiceKind.BOOKED
        (visit,) = await live(story)
        assert (visit["at_clinic"], str(visit["AptNum"]), story.row.visit_office) == (
            2,
            story.row.appointment_id,
            "phoenix",
        )
        gone = stack.stores.mirror.appointment("opendental:tempe", away)
        assert gone is not None
        assert gone.status is AppointmentStatus.BROKEN
        assert "at Cedar Ridge Phoenix" in (await story.texts())[-1]["text"]
        await stack.gateway.cancel_booking(story.case_id, "patient", "page-cancel-0001")
        await stack.settle()
        assert await live(story) == []


async def test_a_provider_out_at_the_sister_office_is_noticed_there(start: Start) -> None:
    async with start() as stack:
        await out(stack, *DENTISTS)
        story = await stack.accept(phoenix_plan(stack, "onlay"))
        await story.choose()
        assert story.row.booked_provider_id == str(TEMPE_DENTIST)
        await stack.advance(minutes=16)
        assert not story.row.displaced, "that nobody works at home says nothing about the visit"
        await out(stack, TEMPE_DENTIST)
        await stack.advance(minutes=5)
        assert story.row.displaced


async def test_an_appointment_made_at_the_sister_office_pauses_the_texts(start: Start) -> None:
    async with start() as stack:
        story = await stack.accept(phoenix_plan(stack, "onlay"))
        assert story.state == CaseState.OFFERING
        day = (stack.now + timedelta(days=2)).date()
        await stack.advance(hours=1)
        await stack.practice.post(
            "book_by_phone", pat_num=int(story.row.patient_id), at=f"{day} 09:00:00", op=251, prov=TEMPE_DENTIST
        )
        await stack.round()
        assert story.state == CaseState.PAUSED
        assert story.open_tasks()


async def test_the_clock_of_the_sister_office_is_the_one_that_counts(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same database, a clinic across the border: an hour earlier in winter."""
    folder = tmp_path / "offices"
    folder.mkdir()
    for path in LOCATIONS.glob("*.yaml"):
        text = path.read_text("utf-8")
        (folder / path.name).write_text(
            text.replace("America/Phoenix", "America/Los_Angeles") if path.stem == "tempe" else text
        )
    monkeypatch.setattr(tests.stack, "LOCATIONS", folder)
    pacific = ZoneInfo("America/Los_Angeles")
    async with start() as stack:
        await out(stack, *DENTISTS)
        story = await stack.accept(phoenix_plan(stack, "onlay"))
        opening = story.openings()[0]
        local = opening.start.astimezone(pacific)
        (offer,) = await story.texts()
        assert "31 Mill Walk, Tempe (PST):" in offer["text"]
        assert f"1) {local:%a %b} {local.day}, {local.hour % 12 or 12}:{local:%M}" in offer["text"]
        assert 8 <= local.hour < 17, "working hours there"
        await story.choose()
        (visit,) = await live(story)
        assert visit["start_local"] == f"{local:%Y-%m-%d %H:%M:%S}", "the wall clock of the clinic stands in its book"
        assert story.row.booked_start == opening.start
        own, there = stack.parts.vendors.pms("phoenix"), stack.parts.vendors.pms("tempe")
        for pms in (own, there):
            (read,) = [a for a in pms.appointments_of(story.row.patient_id) if a.id == story.row.appointment_id]
            assert read.start == opening.start
        assert local.date() >= date(2029, 3, 5)
        assert "(PST)" in (await story.texts())[-1]["text"]
        shown = await page(stack, story)
        assert f"{local.hour % 12 or 12}:{local:%M}" in shown
        assert f"DTSTART:{opening.start:%Y%m%dT%H%M%SZ}" in await page(stack, story, "/calendar.ics")
