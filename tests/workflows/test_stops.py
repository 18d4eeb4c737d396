"""When the case stops: booked by phone, revoked, no longer a patient, no texts wanted."""

from typing import Any

import pytest

from domain.case import CaseState, Outcome
from tests.stack import Stack
from workflows.contracts import case as wire


async def test_booked_by_phone_is_noticed_and_everything_stops(stack: Stack) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    await stack.advance(minutes=3)
    await stack.practice.post("book_by_phone", treat_plan_num=plan)
    await stack.advance(minutes=1)
    assert (await story.end()).state is CaseState.BOOKED_ELSEWHERE
    await stack.advance(hours=80)
    assert len(await story.texts()) == 1
    assert story.openings() == []


async def test_booked_by_phone_a_moment_before_the_nudge_is_seen_by_the_look_before_the_send(stack: Stack) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    nudge_at = story.due
    await stack.practice.post("book_by_phone", treat_plan_num=plan)
    await stack.move(nudge_at.replace(microsecond=0))
    await stack.settle()
    await stack.move(stack.now.replace(microsecond=0).replace(second=30))
    await stack.settle()
    assert story.state == CaseState.BOOKED_ELSEWHERE
    assert len(await story.texts()) == 1


async def test_another_appointment_pauses_the_texts_until_a_person_says(stack: Stack) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    await stack.advance(minutes=5)
    await stack.practice.post("book_by_phone", pat_num=stack.patient_of(plan)["PatNum"], minutes=30)
    await stack.advance(minutes=1)
    assert story.state == CaseState.PAUSED
    [task] = story.open_tasks()
    assert task.kind == "other_appointment"
    await stack.advance(hours=27)
    assert len(await story.texts()) == 1
    await story.resolve(Outcome.RESUME_TEXTS, note="that is a cleaning")
    await stack.advance(hours=1)
    assert len(await story.texts()) == 2
    assert [t.kind for t in story.tasks() if t.done_at is None] == [], "the same appointment is not asked about again"


async def test_a_revoked_plan_supersedes_the_case(stack: Stack) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    await stack.practice.post("revoke", treat_plan_num=plan)
    await stack.advance(minutes=1)
    assert (await story.end()).state is CaseState.SUPERSEDED
    assert len(await story.texts()) == 1


async def test_signed_again_is_a_new_case(stack: Stack) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    await stack.practice.post("revoke", treat_plan_num=plan)
    await stack.advance(minutes=10)
    await stack.sign(plan)
    await stack.round()
    cases = [c for c in stack.all_cases() if f"/{plan}/" in c]
    assert len(cases) == 2
    assert story.case_id in cases


@pytest.mark.parametrize("status", ["Deceased", "Archived", "Inactive", "NonPatient"])
async def test_no_longer_a_patient_stops_in_silence(stack: Stack, status: str) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    patient = stack.patient_of(plan)["PatNum"]
    await stack.practice.post("patient", pat_num=patient, fields={"PatStatus": status})
    await stack.advance(minutes=1)
    if status == "NonPatient":
        await stack.advance(hours=80)
        assert len(await story.texts()) <= 3
        return
    assert (await story.end()).state is CaseState.WITHDRAWN
    [task] = story.tasks()
    assert task.done_at is None
    await stack.advance(hours=80)
    assert len(await story.texts()) == 1, "not a word to the household"


async def test_a_deceased_patient_s_hold_and_deposit_are_given_back(stack: Stack) -> None:
    plan = stack.plan("implant")
    story = await stack.accept(plan)
    await story.choose()
    await stack.practice.post("patient", pat_num=stack.patient_of(plan)["PatNum"], fields={"PatStatus": "Deceased"})
    await stack.advance(minutes=1)
    assert (await story.end()).state is CaseState.WITHDRAWN
    [deposit] = story.deposits()
    assert deposit.state == "expired"
    sessions = (await stack.practice.get("stripe/records"))["sessions"]
    assert [s["status"] for s in sessions] == ["expired"]
    assert stack.stores.holds.live_of_case(story.case_id) is None


async def test_stop_ends_the_texts_and_a_person_calls(stack: Stack) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    await story.reply("STOP")
    assert story.state == CaseState.ESCALATED
    [task] = story.open_tasks()
    assert task.kind == "callback"
    before = len(await story.texts())
    await stack.advance(hours=80)
    assert len(await story.texts()) == before
    patients = await stack.practice.get("patients")
    consent = {p["PatNum"]: p["consent"] for p in patients}
    assert consent[stack.patient_of(plan)["PatNum"]] == "No", "the PMS is told too"


async def test_cancel_opts_out_and_says_so_to_a_person(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("CANCEL")
    assert stack.stores.suppressions.is_suppressed(story.row.phone)
    assert story.open_tasks()


async def test_a_number_that_turns_out_to_be_a_landline_is_a_callback(stack: Stack) -> None:
    plan = stack.plan("fillings")
    await stack.practice.post("twilio/numbers", e164=stack.patient_of(plan)["phone"], error=30006)
    story = await stack.accept(plan)
    await stack.advance(minutes=1)
    await stack.advance(minutes=1)
    assert story.state == CaseState.ESCALATED
    [task] = story.open_tasks()
    assert task.kind == "callback"


async def test_opted_out_at_the_carrier_is_a_callback(stack: Stack) -> None:
    plan = stack.plan("fillings")
    await stack.practice.post("twilio/numbers", e164=stack.patient_of(plan)["phone"], error=21610)
    story = await stack.accept(plan)
    await stack.advance(minutes=1)
    assert story.state == CaseState.ESCALATED
    assert stack.stores.suppressions.is_suppressed(story.row.phone)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"TxtMsgOk": "No"}, "consent"),
        ({"TxtMsgOk": "Unknown"}, "consent"),
        ({"WirelessPhone": "", "HmPhone": "", "WkPhone": ""}, "number"),
        ({"Language": "vie"}, "language"),
    ],
)
async def test_who_cannot_be_texted_is_called_at_once_not_at_72_hours(
    stack: Stack, fields: dict[str, Any], says: str
) -> None:
    plan = stack.plan("fillings")
    await stack.practice.post("patient", pat_num=stack.patient_of(plan)["PatNum"], fields=fields)
    story = await stack.accept(plan)
    assert story.row.path == "callback"
    [task] = story.open_tasks()
    due = story.row.first_offer_due_at
    assert due is not None
    assert task.opened_at <= due
    assert says in task.text
    assert await stack.practice.texts() == []


async def test_wrong_number_stops_texts_to_that_phone(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("wrong number")
    assert stack.stores.suppressions.is_suppressed(story.row.phone)
    assert story.open_tasks()


async def test_start_from_a_wrong_number_asks_a_person_and_sends_nothing(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("stop")
    await story.reply("wrong number")
    texts = len(stack.stores.outbox.of_case(story.case_id))
    await story.reply("START")
    assert stack.stores.suppressions.is_suppressed(story.row.phone)
    assert any("asks for texts" in task.text for task in story.open_tasks())
    assert len(stack.stores.outbox.of_case(story.case_id)) == texts


async def test_start_after_stop_lifts_it(stack: Stack) -> None:
    story = await stack.accept(stack.plan("fillings"))
    await story.reply("stop")
    await story.reply("START")
    assert not stack.stores.suppressions.is_suppressed(story.row.phone)


async def test_a_choice_after_the_end_is_refused(stack: Stack) -> None:
    plan = stack.plan("fillings")
    story = await stack.accept(plan)
    opening = story.openings()[0]
    await stack.practice.post("book_by_phone", treat_plan_num=plan)
    outcome = await stack.gateway.choose(story.case_id, wire.ChooseOpening(opening=opening, command_id="late"))
    assert outcome.kind is wire.ChoiceKind.REFUSED
    assert len(await story.appointments()) == 1
