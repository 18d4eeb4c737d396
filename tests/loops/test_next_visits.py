"""A plan of two visits: the second becomes a case when the first is done, and only once."""

from datetime import datetime, timedelta

import pytest

from db.stores.next_visits import NextVisitStore
from domain.next_visit import NextVisit
from domain.records import CaseRecord
from loops.next_visits import NextVisitLoop
from tests.stack import Stack
from tests.story import Story
from workflows.contracts import case as wire

TWO_VISITS = "root_canal_crown"
"""The root canal by priority 1, the crown with its core by priority 2."""


def visits(stack: Stack, story: Story) -> list[CaseRecord]:
    row = story.row
    return list(stack.stores.cases.of_plan(row.account, row.plan_id, row.acceptance))


def second(stack: Stack, story: Story) -> Story:
    (_, fresh) = visits(stack, story)
    return Story(stack, fresh.case_id)


async def booked(stack: Stack) -> Story:
    story = await stack.accept(stack.plan(TWO_VISITS))
    await stack.gateway.waive_deposit(story.case_id, wire.WaiveDeposit(by="paula", reason="pays at the desk"), "waive")
    assert (await story.choose()).kind is wire.ChoiceKind.BOOKED
    return story


async def treated(stack: Stack, story: Story) -> None:
    """The visit's time comes, the patient is treated, the desk sets the appointment complete, the loops see it."""
    start = story.row.booked_start
    assert start is not None
    await stack.advance(to=start + timedelta(hours=2))
    await stack.practice.post("complete_appointment", apt_num=int(story.row.appointment_id))
    await stack.advance(minutes=5)


async def plan_reads(stack: Stack) -> int:
    return sum(
        "/treatplans" in r["path"] and "PatNum" in r["query"] for r in await stack.practice.requests("opendental")
    )


async def test_the_second_visit_opens_when_the_first_is_done_and_then_the_plan_is(stack: Stack) -> None:
    story = await booked(stack)
    assert story.row.plan_visits == 2
    await treated(stack, story)
    fresh = second(stack, story)
    row = fresh.row
    assert row.case_id == story.case_id[:-1] + "2"
    assert (row.visit_number, row.plan_visits, row.follows) == (2, 2, story.case_id)
    assert {p.code for p in story.row.procedures} == {"D3330"}
    assert {p.code for p in row.procedures} == {"D2950", "D2740"}
    assert story.row.booked_start
    assert row.accepted_at > story.row.booked_start, "its deadlines count from its opening"
    assert row.facts is not None
    assert "D3330" in [each.code for each in row.facts.done]
    assert story.row.followed == "visit 2 followed"
    assert fresh.openings(), fresh.timeline
    await stack.gateway.waive_deposit(fresh.case_id, wire.WaiveDeposit(by="paula", reason="at the desk"), "waive")
    assert (await fresh.choose()).kind is wire.ChoiceKind.BOOKED
    await treated(stack, fresh)
    assert len(visits(stack, story)) == 2
    assert fresh.row.followed == "nothing of the plan is left to book"


async def test_a_plan_whose_visit_is_only_booked_is_looked_at_once(stack: Stack) -> None:
    story = await booked(stack)
    before = await plan_reads(stack)
    start = story.row.booked_start
    assert start is not None
    await stack.advance(to=start - timedelta(minutes=30))
    assert await plan_reads(stack) == before, "an idle plan costs no request"
    await stack.advance(to=start + timedelta(days=2))
    await stack.round()
    assert len(visits(stack, story)) == 1, "nobody set the visit complete"
    assert await plan_reads(stack) == before + 1, "one look, a day after the visit"


async def test_the_day_of_the_booking_is_left_in_peace(stack: Stack) -> None:
    """Treated on the spot, within the hour: the next visit is asked about on the next day."""
    story = await booked(stack)
    await stack.practice.post("complete_appointment", apt_num=int(story.row.appointment_id))
    await stack.advance(hours=5)
    assert len(visits(stack, story)) == 1
    await stack.advance(days=1)
    assert len(visits(stack, story)) == 2


async def test_what_the_office_planned_since_is_asked_about_before_the_first_visit(stack: Stack) -> None:
    story = await booked(stack)
    await stack.advance(days=1)
    plan = stack.parts.vendors.pms("boise").plan(story.row.plan_id, story.row.patient_id)
    rest = [int(row.id) for row in plan.open_procedures()]
    await stack.practice.post("plan_appointment", pat_num=int(story.row.patient_id), proc_nums=rest)
    await stack.advance(minutes=10)
    fresh = second(stack, story)
    assert fresh.row.planned_appointment_id
    assert "the office planned visit 2 of 2" in fresh.timeline[0]


async def test_a_visit_that_the_desk_broke_goes_to_a_person_and_not_into_the_void(stack: Stack) -> None:
    story = await booked(stack)
    await stack.advance(days=1)
    await stack.practice.post("break", apt_num=int(story.row.appointment_id))
    await stack.advance(minutes=10)
    assert len(visits(stack, story)) == 1, "the desk may be about to book another time"
    await stack.advance(minutes=40)
    await stack.round()
    again = second(stack, story)
    assert (again.row.visit_number, again.row.follows) == (1, story.case_id)
    (task,) = again.open_tasks()
    assert "no longer in the PMS" in task.text


async def test_two_processes_open_it_once(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    story = await booked(stack)
    stale = story.row.model_copy(update={"follow_at": stack.now})
    await treated(stack, story)
    await second(stack, story).respond(wire.Declined(reason="no"), "no")

    def late(_: NextVisitStore, account: str, __: datetime, limit: int = 20) -> list[CaseRecord]:
        return [stale] if account == stale.account else []

    monkeypatch.setattr(NextVisitStore, "due", late)
    await stack.step("next_visits")
    assert len(visits(stack, story)) == 2


async def test_one_plan_that_cannot_be_followed_stops_no_other(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, story = await booked(stack), await booked(stack)
    look = NextVisitLoop._look

    def looking(loop: NextVisitLoop, case: CaseRecord) -> NextVisit:
        if case.case_id == broken.case_id:
            raise RuntimeError("an odd plan")
        return look(loop, case)

    monkeypatch.setattr(NextVisitLoop, "_look", looking)
    await treated(stack, broken)
    await treated(stack, story)
    await stack.advance(days=1)
    assert len(visits(stack, broken)) == 1
    assert len(visits(stack, story)) == 2
