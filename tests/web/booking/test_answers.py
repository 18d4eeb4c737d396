"""Every answer that is no choice of a time: it reaches the case or a person, once, and nothing is lost."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from domain.case import CaseState
from tests.web.booking.office import ANN, LOCATION, NOW, Office, command_in, send
from workflows.contracts import case as wire

TEN_AM_UTC = {"two_weeks": (12, 4), "month": (12, 20), "new_year": (1, 2)}


async def test_a_question_reaches_a_person_word_for_word(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    answer = await send(web, f"/b/{token}/question", f"/b/{token}/question", question="  Can I bring my dog?  ")
    assert "We got your question" in answer.text
    [needed] = office.gateway.told
    assert (needed.kind, needed.urgent) == ("question", False)
    assert needed.text.endswith("Can I bring my dog?")


async def test_an_empty_question_is_asked_for_again(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    answer = await send(web, f"/b/{token}/question", f"/b/{token}/question", question=" ")
    assert answer.status_code == 400
    assert "write your question first" in answer.text
    assert office.gateway.told == []


async def test_what_cannot_wait_alarms_and_names_the_phone(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    question = "My face is swollen and I have a fever"
    answer = await send(web, f"/b/{token}/question", f"/b/{token}/question", question=question)
    [needed] = office.gateway.told
    assert (needed.kind, needed.urgent) == ("urgent", True)
    assert "call 911" in answer.text


async def test_a_wish_for_no_more_texts_is_kept_wherever_it_is_written(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    await send(web, f"/b/{token}/question", f"/b/{token}/question", question="please stop texting me")
    assert office.suppressions.is_suppressed(ANN)
    assert len(office.gateway.told) == 1


@pytest.mark.parametrize("when", ["two_weeks", "month", "new_year"])
async def test_not_now_asks_again_when_the_patient_said(office: Office, web: httpx.AsyncClient, when: str) -> None:
    token = office.link(office.case())
    answer = await send(web, f"/b/{token}/not-now", f"/b/{token}/not-now", when=when, reason="busy")
    assert "No problem" in answer.text
    [later] = office.gateway.told
    month, day = TEN_AM_UTC[when]
    year = 2027 if when == "new_year" else 2026
    assert later == wire.NotNow(until=datetime(year, month, day, 17, 0, tzinfo=UTC), reason="busy")


async def test_the_cost_as_a_reason_first_offers_help_with_it(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    form: dict[str, Any] = {"when": "month", "reason": "cost"}
    offer = await send(web, f"/b/{token}/not-now", f"/b/{token}/not-now", **form)
    assert "Would it help to pay over time?" in offer.text
    assert office.gateway.told == []

    yes = await web.post(f"/b/{token}/cost", data={"command": command_in(offer.text), "way": "call"})
    assert "A person from our team will answer you" in yes.text
    assert office.gateway.told[0].kind == "cost_question"

    no = await send(web, f"/b/{token}/not-now", f"/b/{token}/not-now", **form, sure="yes")
    assert "No problem" in no.text
    assert office.gateway.told[1].reason == "cost"


async def test_a_call_is_asked_for_with_the_time_of_day(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    await send(web, f"/b/{token}/call-me", f"/b/{token}/call-me", when="morning")
    [needed] = office.gateway.told
    assert needed.kind == "call_me"
    assert "morning" in needed.text


async def test_declining_ends_it(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    answer = await send(web, f"/b/{token}/decline", f"/b/{token}/decline")
    assert "will not text you about this visit again" in answer.text
    assert isinstance(office.gateway.told[0], wire.Declined)


async def test_reading_a_page_of_an_answer_changes_nothing(office: Office, web: httpx.AsyncClient) -> None:
    """Message apps and scanners open links by themselves."""
    token = office.link(office.case())
    for path in ("question", "call-me", "not-now", "decline", "wrong-number", "cancel", "reschedule", "new-link"):
        await web.get(f"/b/{token}/{path}")
    assert office.gateway.told == []
    assert not office.suppressions.is_suppressed(ANN)


async def test_wrong_number_kills_every_link_sent_there_and_tells_a_person_of_each_case(
    office: Office, web: httpx.AsyncClient
) -> None:
    ann = office.case()
    ben = office.case(case_id="case/boise/opendental/2/s1/1", plan_id="2", patient_id="8", first_name="Ben")
    tokens = [office.link(ann), office.link(ann), office.link(ben)]
    elsewhere = office.links.issue(ann.case_id, "+12085550199", NOW, NOW.replace(year=2027))

    answer = await send(web, f"/b/{tokens[0]}/wrong-number", f"/b/{tokens[0]}/wrong-number")

    assert "Sorry about that" in answer.text
    assert office.suppressions.is_suppressed(ANN)
    for token in tokens:
        assert (await web.get(f"/b/{token}")).status_code == 410
    assert (await web.get(f"/b/{elsewhere}")).status_code == 200
    assert [needed.kind for needed in office.gateway.told] == ["wrong_number", "wrong_number"]
    assert {key.split()[0] for key in office.gateway.commands} == {ann.case_id, ben.case_id}
    again = await web.post(f"/b/{tokens[0]}/new-link", data={"command": "x"})
    assert again.status_code == 400
    assert office.gateway.new_links == []


async def test_a_request_after_the_end_becomes_a_task_of_our_own_once(office: Office, web: httpx.AsyncClient) -> None:
    case = office.booked()
    token = office.link(case)
    office.gateway.gone = True
    page = await web.get(f"/b/{token}/question")
    form = {"command": command_in(page.text), "question": "Where do I park?"}
    for _ in range(2):
        assert (await web.post(f"/b/{token}/question", data=form)).status_code == 200
    [task] = office.tasks.open_of_case(case.case_id)
    assert (task.kind, task.owner) == ("question", LOCATION.default_owner)
    assert "Where do I park?" in task.text


async def test_a_booked_visit_is_not_asked_whether_it_is_wanted(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.booked())
    for path in ("decline", "not-now", "anything"):
        assert (await web.get(f"/b/{token}/{path}")).headers["location"] == f"/b/{token}"
    assert (await web.get(f"/b/{token}/call-me")).status_code == 200


async def test_a_link_that_ran_out_offers_a_new_one_by_text(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    token = office.link(case, minutes=0)
    page = await web.get(f"/b/{token}")
    assert page.status_code == 410
    assert "This link is too old" in page.text
    assert "Ann" not in page.text
    for path in ("/times", "/confirm", "/who", "/calendar.ics"):
        assert (await web.get(f"/b/{token}{path}")).status_code == 410
    answer = await web.post(f"/b/{token}/new-link", data={"command": command_in(page.text)})
    assert "Look at your texts" in answer.text
    assert office.gateway.new_links == [case.case_id]


async def test_a_phone_that_takes_no_texts_is_told_to_call(office: Office, web: httpx.AsyncClient) -> None:
    office.gateway.textable = False
    token = office.link(office.case(), minutes=0)
    answer = await send(web, f"/b/{token}/new-link", f"/b/{token}")
    assert "We cannot text this phone" in answer.text
    assert "Look at your texts" not in answer.text


async def test_new_links_are_not_sent_without_end(office: Office) -> None:
    office = Office(office.cases._database)
    token = office.link(office.case(), minutes=0)
    async with office.browser() as web:
        answers = [await send(web, f"/b/{token}/new-link", f"/b/{token}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert len(office.gateway.new_links) == 2


@pytest.mark.parametrize("command", ["", "abc", "0" * 24 + "." + "0" * 32])
async def test_a_form_that_is_not_ours_does_nothing(office: Office, web: httpx.AsyncClient, command: str) -> None:
    token = office.link(office.case())
    for path in ("choose", "pay", "who", "question", "cost", "call-me", "not-now", "decline", "wrong-number"):
        answer = await web.post(f"/b/{token}/{path}", data={"command": command, "question": "x"})
        assert answer.status_code in (303, 400)
    assert office.gateway.told == []
    assert office.link_row(token).failures == 0


async def test_the_form_of_another_link_does_nothing(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    token, other = office.link(case), office.link(case)
    page = await web.get(f"/b/{other}/decline")
    answer = await web.post(f"/b/{token}/decline", data={"command": command_in(page.text)})
    assert answer.status_code == 400
    assert office.gateway.told == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CaseState.BOOKED_ELSEWHERE, "You already have a visit with us"),
        (CaseState.DECLINED, "If you change your mind"),
        (CaseState.HANDED_OVER, "nothing left to do here"),
        (CaseState.SUPERSEDED, "nothing left to do here"),
        (CaseState.WITHDRAWN, "nothing left to do here"),
    ],
)
async def test_an_ended_case_says_so_also_by_the_links_that_its_end_closed(
    office: Office, web: httpx.AsyncClient, state: CaseState, words: str
) -> None:
    case = office.case(state=state, ended_at=NOW)
    token = office.link(case)
    office.links.close_all(case.case_id, str(state), NOW)
    page = await web.get(f"/b/{token}")
    assert page.status_code == 200
    assert words in page.text
    assert "/confirm" not in page.text
    for path in ("/times", "/confirm?o=x", "/cancel", "/reschedule", "/pay"):
        assert (await web.get(f"/b/{token}{path}")).headers["location"] == f"/b/{token}"


@pytest.mark.parametrize("state", [CaseState.PAUSED, CaseState.ESCALATED])
async def test_while_a_person_has_the_case_a_time_can_still_be_chosen(
    office: Office, web: httpx.AsyncClient, state: CaseState
) -> None:
    token = office.link(office.case(state=state, owner="kim"))
    page = await web.get(f"/b/{token}")
    assert "Someone from our team will call you" in page.text
    assert "/confirm?o=" in page.text


async def test_before_the_first_offer_there_is_nothing_to_choose(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case(state=CaseState.AWAITING_APPROVAL))
    page = await web.get(f"/b/{token}")
    assert "getting your times ready" in page.text
    assert "/confirm" not in page.text


@pytest.mark.parametrize("written", ["wrong number", "I am not Ann, you have the wrong person. STOP texting me"])
async def test_a_question_that_says_wrong_number_is_taken_as_one(
    office: Office, web: httpx.AsyncClient, written: str
) -> None:
    token = office.link(office.case())
    answer = await send(web, f"/b/{token}/question", f"/b/{token}/question", question=written)
    assert "Sorry about that" in answer.text
    assert office.suppressions.is_suppressed(ANN)
    assert (await web.get(f"/b/{token}")).status_code == 410
    [needed] = office.gateway.told
    assert needed.kind == "wrong_number"
    assert written in needed.text
