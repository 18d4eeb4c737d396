"""What staff command: each form is ours, signed, and acts once."""

import html
import re
from datetime import UTC, datetime

import httpx
import pytest

from domain.case import CaseState, Outcome
from tests.web.console.practice import CROWN, NOW, Practice, a_case, case_id
from workflows.contracts import case as wire

CASE = "/console/cases/boise/opendental/{}/s1/1"


async def command_of(page: httpx.AsyncClient, number: int, act: str) -> str:
    text = (await page.get(CASE.format(number))).text
    form = text[text.index(f'/{act}"') :]
    found = re.search(r'name="command" value="([^"]+)"', form)
    assert found is not None
    return found[1]


async def send(page: httpx.AsyncClient, number: int, act: str, **data: str) -> httpx.Response:
    command = data.pop("command", "") or await command_of(page, number, act)
    return await page.post(f"{CASE.format(number)}/{act}", data={"by": "kim", "command": command, **data})


async def test_an_outcome_goes_to_the_case_with_who_and_why(page: httpx.AsyncClient, practice: Practice) -> None:
    answer = await send(page, 1, "resolve", outcome="declined", note="too expensive")
    assert answer.status_code == 303
    assert practice.door.only == wire.Resolve(outcome=Outcome.DECLINED, by="kim", note="too expensive")
    after = await page.get(answer.headers["location"])
    assert "Done. The case: handed over." in after.text


async def test_the_same_form_twice_is_one_command(page: httpx.AsyncClient, practice: Practice) -> None:
    command = await command_of(page, 1, "resolve")
    for _ in range(2):
        await send(page, 1, "resolve", command=command, outcome="booked")
    [(command_id, _)] = practice.door.said.items()
    assert command_id.startswith("console-")


@pytest.mark.parametrize("command", ["", "made-up", "made.up"])
async def test_a_forged_form_is_refused(page: httpx.AsyncClient, practice: Practice, command: str) -> None:
    data = {"by": "kim", "outcome": "booked", "command": command}
    answer = await page.post(f"{CASE.format(1)}/resolve", data=data)
    assert answer.status_code == 400
    assert "not made here" in answer.text
    assert not practice.door.said


async def test_a_form_of_another_case_is_refused(page: httpx.AsyncClient, practice: Practice) -> None:
    stolen = await command_of(page, 2, "resolve")
    assert (await send(page, 1, "resolve", command=stolen, outcome="booked")).status_code == 400
    assert not practice.door.said


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"outcome": ""}, "Choose what became of it"),
        ({"outcome": "declined"}, "Say why in the note"),
        ({"outcome": "other", "note": "  "}, "Say why in the note"),
        ({"outcome": "call_back"}, "Give the day and time"),
        ({"outcome": "call_back", "call_back_at": "2026-11-23T09:00"}, "must lie in the future"),
        ({"outcome": "booked", "by": "stranger"}, "Choose who you are"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_done(
    page: httpx.AsyncClient, practice: Practice, form: dict[str, str], words: str
) -> None:
    answer = await send(page, 1, "resolve", **form)
    assert answer.status_code == 400
    assert words in answer.text
    assert not practice.door.said


async def test_what_was_typed_is_still_there_after_a_mistake(page: httpx.AsyncClient) -> None:
    answer = await send(page, 1, "resolve", outcome="call_back", call_back_at="2026-11-23T09:00", note='after "work"')
    assert 'value="call_back" required checked' in answer.text
    assert 'value="2026-11-23T09:00"' in answer.text
    assert 'value="after &#34;work&#34;"' in answer.text


async def test_a_call_back_time_is_the_offices_own(page: httpx.AsyncClient, practice: Practice) -> None:
    await send(page, 1, "resolve", outcome="call_back", call_back_at="2026-11-24T09:30")
    assert practice.door.only.call_back_at == datetime(2026, 11, 24, 16, 30, tzinfo=UTC)


async def test_a_call_back_needs_a_task_that_waits(page: httpx.AsyncClient, practice: Practice) -> None:
    assert "Call back at" not in (await page.get(CASE.format(2))).text
    answer = await send(page, 2, "resolve", outcome="call_back", call_back_at="2026-11-24T09:30")
    assert "no open task" in answer.text
    assert not practice.door.said


async def test_approving_and_not_approving(page: httpx.AsyncClient, practice: Practice) -> None:
    await send(page, 4, "approve", approved="no", note="first a second look")
    assert practice.door.only == wire.Approve(approved=False, by="kim", note="first a second look")
    practice.door.said.clear()
    await send(page, 4, "approve", approved="yes", by="lee")
    assert practice.door.only == wire.Approve(approved=True, by="lee")


async def test_only_a_case_that_waits_shows_the_approval(page: httpx.AsyncClient) -> None:
    assert "/approve" not in (await page.get(CASE.format(1))).text


async def test_a_deposit_is_waived_for_a_reason_only(page: httpx.AsyncClient, practice: Practice) -> None:
    assert "Say why the deposit is waived" in (await send(page, 1, "waive-deposit", reason=" ")).text
    assert not practice.door.said
    await send(page, 1, "waive-deposit", reason="paid ahead at the desk")
    assert practice.door.only == wire.WaiveDeposit(by="kim", reason="paid ahead at the desk")


async def first_opening(page: httpx.AsyncClient, number: int) -> str:
    found = re.search(r'name="opening" value="([^"]+)"', (await page.get(CASE.format(number))).text)
    assert found is not None
    return found[1]


async def test_booking_for_the_patient_goes_through_the_case(page: httpx.AsyncClient, practice: Practice) -> None:
    key = await first_opening(page, 2)
    answer = await send(page, 2, "book", opening=key)
    assert answer.status_code == 303
    choice = practice.door.only
    assert (choice.opening.key, choice.via, choice.policy_from) == (key, "page", "")
    assert "Booked" in (await page.get(answer.headers["location"])).text
    last = practice.cases.events(case_id(2))[-1]
    assert (last.actor, last.text) == ("kim", "kim chose Mon Nov 23, 12:30 PM MST for the patient")


async def test_with_a_deposit_the_policy_is_read_out_first(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.door.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.PAY, pay_url="https://pay.example.org/cs_1")
    key = await first_opening(page, 1)
    refused = await send(page, 1, "book", opening=key)
    assert "Read the deposit policy" in refused.text
    assert not practice.door.said
    answer = await send(page, 1, "book", opening=key, accept="yes")
    assert practice.door.only.policy_from == "front desk, read out by kim (127.0.0.1)"
    assert practice.door.only.policy_words in html.unescape(answer.text)
    assert "hours before" in practice.door.only.policy_words
    assert 'href="https://pay.example.org/cs_1"' in answer.text


async def test_a_time_that_has_gone_brings_fresh_ones(page: httpx.AsyncClient, practice: Practice) -> None:
    answer = await send(page, 2, "book", opening="1-1-1-1")
    assert "That time has just gone" in answer.text
    assert 'name="opening"' in answer.text
    assert not practice.door.said
    practice.door.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.LOST)
    assert "Somebody else was faster" in (await send(page, 2, "book", opening=await first_opening(page, 2))).text


async def test_a_refused_booking_says_why(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.door.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.REFUSED, why="already booked by phone")
    answer = await send(page, 2, "book", opening=await first_opening(page, 2))
    assert "It was not booked: already booked by phone" in answer.text


@pytest.mark.parametrize(
    ("number", "act", "form"),
    [
        (1, "resolve", {"outcome": "booked"}),
        (4, "approve", {"approved": "yes"}),
        (1, "waive-deposit", {"reason": "asked nicely"}),
    ],
)
async def test_a_case_that_has_ended_meanwhile_says_so(
    page: httpx.AsyncClient, practice: Practice, number: int, act: str, form: dict[str, str]
) -> None:
    command = await command_of(page, number, act)
    practice.door.gone = True
    practice.cases.update(case_id(number), {"state": CaseState.DECLINED, "ended_at": NOW, "end_reason": "by text"})
    answer = await send(page, number, act, command=command, **form)
    assert "has ended in the meantime" in answer.text
    assert "Declined" in answer.text


async def test_words_of_a_foreign_link_are_not_shown(page: httpx.AsyncClient) -> None:
    text = (await page.get(CASE.format(1), params={"done": "Call 1-900 now.0123456789abcdef0123456789abcdef"})).text
    assert "Call 1-900" not in text


async def test_when_temporal_is_silent_the_same_form_can_be_sent_again(
    page: httpx.AsyncClient, practice: Practice
) -> None:
    command = await command_of(page, 1, "resolve")
    practice.door.silent = True
    answer = await send(page, 1, "resolve", command=command, outcome="booked")
    assert answer.status_code == 503
    assert "it acts once" in answer.text
    practice.door.silent = False
    assert (await send(page, 1, "resolve", command=command, outcome="booked")).status_code == 303


async def test_an_outcome_said_on_the_list_of_tasks_leads_back_to_it(
    page: httpx.AsyncClient, practice: Practice
) -> None:
    text = (await page.get("/console/tasks", params={"owner": "kim"})).text
    command = re.search(r'name="command" value="([^"]+)"', text)
    assert command is not None
    answer = await send(page, 1, "resolve", command=command[1], outcome="booked", then="tasks")
    assert answer.headers["location"].startswith("/console/tasks?done=")
    assert "Done. The case:" in (await page.get(answer.headers["location"])).text
    assert practice.door.only.outcome is Outcome.BOOKED


async def test_a_case_of_a_location_that_was_taken_away_says_so(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.cases.add(a_case(60, CROWN, "closed", first_name="Ann"))
    assert "closed" in (await page.get("/console")).text
    answer = await page.get("/console/cases/closed/opendental/60/s1/1")
    assert answer.status_code == 409
    assert "has no file any more" in answer.text


async def test_the_name_is_remembered_for_the_next_form(page: httpx.AsyncClient) -> None:
    await send(page, 1, "resolve", outcome="booked", by="lee")
    text = (await page.get(CASE.format(2))).text
    assert '<option value="lee" selected>' in text


async def test_the_front_desk_books_with_one_click(page: httpx.AsyncClient, practice: Practice) -> None:
    text = (await page.get("/console/front-desk")).text
    command = re.search(r'name="command" value="([^"]+)"', text)
    opening = re.search(r'name="opening" value="([^"]+)"', text)
    assert command is not None
    assert opening is not None
    await page.post(f"{CASE.format(3)}/book", data={"by": "kim", "command": command[1], "opening": opening[1]})
    assert practice.door.only.opening.key == opening[1]


@pytest.mark.parametrize(("approved", "result"), [("yes", "financing_approved"), ("no", "financing_refused")])
async def test_what_the_lender_said_is_recorded_with_who_heard_it(
    page: httpx.AsyncClient, practice: Practice, approved: str, result: str
) -> None:
    answer = await send(page, 1, "financing", approved=approved)
    assert answer.status_code == 303
    assert practice.door.only == wire.CostSettled.model_validate({"result": result, "by": "kim"})
    assert result.replace("_", " ") in [event.text for event in practice.cases.events(case_id(1))]
