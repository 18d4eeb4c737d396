"""From the link to a chosen time, with and without a deposit, and what happens when somebody was faster."""

import re

import httpx
import pytest

from domain.case import CaseState
from domain.records import DepositState
from tests.db.samples import a_deposit
from tests.web.booking.office import BORN, NOW, PAY_URL, Office, a_route, command_in, say_birth_date, send
from workflows.contracts import case as wire


def openings_on(page: str) -> list[str]:
    return re.findall(r"/confirm\?o=([\w-]+)", page)


async def test_the_offered_times_that_are_still_free_are_shown_first(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    offered = office.openings(case, 3)
    office.offer(case, offered)
    office.take(offered[0])

    page = await web.get(f"/b/{office.link(case)}")

    shown = openings_on(page.text)
    assert page.status_code == 200
    assert {offered[1].key, offered[2].key} <= set(shown)
    assert offered[0].key not in shown
    assert len(shown) == 3
    assert "Hi Ann," in page.text
    assert "Monday, November 23" in page.text


async def test_without_an_offer_fresh_times_are_shown(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    page = await web.get(f"/b/{office.link(case)}")
    assert openings_on(page.text) == [opening.key for opening in office.openings(case)]


async def test_choosing_without_a_deposit_books(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    token, opening = office.link(case), office.openings(case)[1]

    page = await web.get(f"/b/{token}/confirm?o={opening.key}")
    assert "$" not in page.text
    command = command_in(page.text)
    answer = await web.post(
        f"/b/{token}/choose",
        data={"command": command, "o": opening.key, "wheelchair": "yes", "escort": "yes", "interpreter": "no"},
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"/b/{token}")
    [choice] = office.gateway.told
    assert choice.opening == opening.model_copy(update={"reasons": choice.opening.reasons})
    assert choice.needs == ("wheelchair", "escort")
    assert (choice.via, choice.policy_from) == ("page", "")


async def test_a_double_click_is_one_choice(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    token, opening = office.link(case), office.openings(case)[0]
    page = await web.get(f"/b/{token}/confirm?o={opening.key}")
    form = {"command": command_in(page.text), "o": opening.key}
    for _ in range(2):
        assert (await web.post(f"/b/{token}/choose", data=form)).status_code == 303
    assert len(office.gateway.commands) == 1


async def test_a_deposit_is_named_only_after_the_birth_date_and_the_policy_is_accepted_before_paying(
    office: Office, web: httpx.AsyncClient
) -> None:
    case = office.case(deposit_cents=15_000)
    token, opening = office.link(case), office.openings(case)[0]
    office.gateway.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.PAY, pay_url=PAY_URL)
    confirm = f"/b/{token}/confirm?o={opening.key}"

    first = await web.get(confirm)
    assert first.status_code == 303
    asked = await web.get(first.headers["location"])
    assert "$" not in asked.text
    known = await say_birth_date(web, token, then="confirm", o=opening.key)
    assert (known.status_code, known.headers["location"]) == (303, confirm)

    page = await web.get(confirm)
    assert "$150" in page.text
    assert "24 hours before" in page.text
    refused = await web.post(f"/b/{token}/choose", data={"command": command_in(page.text), "o": opening.key})
    assert refused.status_code == 400
    assert "tick the box" in refused.text
    assert office.gateway.told == []

    answer = await send(web, f"/b/{token}/choose", confirm, o=opening.key, accept="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, PAY_URL)
    [choice] = office.gateway.told
    assert choice.policy_from == "127.0.0.1"
    assert "form-action 'self' https://checkout.stripe.com;" in page.headers["content-security-policy"]


async def test_choosing_with_a_deposit_by_somebody_unknown_asks_first(office: Office, web: httpx.AsyncClient) -> None:
    """The form could be sent without opening the page that asks."""
    case = office.case(deposit_cents=15_000)
    token, opening = office.link(case), office.openings(case)[0]
    answer = await send(web, f"/b/{token}/choose", f"/b/{token}/question", o=opening.key, accept="yes")
    assert answer.headers["location"] == f"/b/{token}/who?then=confirm&o={opening.key}"
    assert office.gateway.told == []


async def test_a_paid_deposit_is_not_asked_for_again(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case(deposit_cents=15_000)
    office.paid(case)
    token, opening = office.link(case), office.openings(case)[0]
    home = await web.get(f"/b/{token}")
    assert "deposit is safe" in home.text
    page = await web.get(f"/b/{token}/confirm?o={opening.key}")
    assert page.status_code == 200
    assert "Book this time" in page.text


async def test_the_practice_may_say_its_policy_in_its_own_words(office: Office, web: httpx.AsyncClient) -> None:
    policy = {"refundable_hours": 48, "words": {"en": "Two days' notice, please.", "es": "Dos días antes."}}
    case = office.case(deposit_cents=15_000, route=a_route(15_000, refund_policy=policy))
    token, opening = office.link(case), office.openings(case)[0]
    await say_birth_date(web, token)
    page = await web.get(f"/b/{token}/confirm?o={opening.key}")
    assert "Two days&#39; notice, please." in page.text
    spanish = await web.get(f"/b/{token}/confirm?o={opening.key}&lang=es")
    assert "Dos días antes." in spanish.text


async def test_the_loser_of_a_race_sees_other_times_in_the_same_breath(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    token, opening = office.link(case), office.openings(case)[0]
    page = await web.get(f"/b/{token}/confirm?o={opening.key}")
    office.take(opening)

    answer = await web.post(f"/b/{token}/choose", data={"command": command_in(page.text), "o": opening.key})

    assert answer.status_code == 409
    assert "Sorry, that time was just taken" in answer.text
    assert len(openings_on(answer.text)) == 3
    assert opening.key not in openings_on(answer.text)
    assert office.gateway.told == []


async def test_losing_another_time_while_one_is_held_says_so(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case(state=CaseState.AWAITING_DEPOSIT)
    token, openings = office.link(case), office.openings(case)
    office.take(openings[0], case.case_id)
    page = await web.get(f"/b/{token}/confirm?o={openings[1].key}")
    office.take(openings[1])
    answer = await web.post(f"/b/{token}/choose", data={"command": command_in(page.text), "o": openings[1].key})
    assert answer.status_code == 409


async def test_losing_inside_the_case_shows_other_times_too(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    token, opening = office.link(case), office.openings(case)[0]
    office.gateway.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.LOST)
    answer = await send(web, f"/b/{token}/choose", f"/b/{token}/confirm?o={opening.key}", o=opening.key)
    assert answer.status_code == 409
    assert "Sorry" in answer.text


async def test_a_second_click_after_the_first_one_booked_leads_to_the_booking(
    office: Office, web: httpx.AsyncClient
) -> None:
    case = office.case()
    token, opening = office.link(case), office.openings(case)[0]
    page = await web.get(f"/b/{token}/confirm?o={opening.key}")
    office.cases.update(case.case_id, {"state": CaseState.BOOKED, "booked_start": opening.start})
    answer = await web.post(f"/b/{token}/choose", data={"command": command_in(page.text), "o": opening.key})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/b/{token}")


async def test_a_pending_booking_is_waited_for(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    token, opening = office.link(case), office.openings(case)[0]
    office.gateway.outcome = wire.ChoiceOutcome(kind=wire.ChoiceKind.PENDING)
    answer = await send(web, f"/b/{token}/choose", f"/b/{token}/confirm?o={opening.key}", o=opening.key)
    assert answer.status_code == 200
    assert answer.headers["refresh"] == f"3; url=/b/{token}?looked=1"
    assert "booked" not in answer.text.lower()


@pytest.mark.parametrize(("ended", "status"), [(True, 303), (False, 503)])
async def test_a_case_that_is_gone_says_so(office: Office, web: httpx.AsyncClient, ended: bool, status: int) -> None:
    case = office.case()
    token, opening = office.link(case), office.openings(case)[0]
    page = await web.get(f"/b/{token}/confirm?o={opening.key}")
    office.gateway.gone = True
    if ended:
        office.cases.update(case.case_id, {"ended_at": NOW})
    answer = await web.post(f"/b/{token}/choose", data={"command": command_in(page.text), "o": opening.key})
    assert answer.status_code == status


async def test_more_times_are_listed_by_day_and_half_day(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    token = office.link(case)
    page = await web.get(f"/b/{token}/times?day=2026-11-25")
    assert "Wednesday, November 25" in page.text
    morning, afternoon = page.text.index("<h3>Morning"), page.text.index("<h3>Afternoon")
    assert morning < page.text.index(">11:00 AM<") < afternoon < page.text.index(">12:00 PM<")
    assert len(re.findall(r"/times\?day=[\d-]+#day", page.text)) == 15
    assert page.text.count(">9:00 AM<") == 1

    gone = await web.get(f"/b/{token}/times?day=2026-12-25")
    assert "No time is open on this day" in gone.text


async def test_where_nothing_is_free_a_person_calls(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case(provider_kind="surgeon", provider_id="")
    token = office.link(case)
    for path in ("", "/times"):
        page = await web.get(f"/b/{token}{path}")
        assert "We will call you" in page.text
        assert office.gateway.none_left.pop() == case.case_id, "said before the page promises it"
    answer = await send(web, f"/b/{token}/call-me", f"/b/{token}")
    assert answer.status_code == 200
    assert office.gateway.told[0].kind == "call_me"
    office.cases.update(case.case_id, {"owner": "kim"})
    office.gateway.none_left.clear()
    await web.get(f"/b/{token}")
    assert office.gateway.none_left == [], "somebody has it already"


async def test_who_loses_the_last_time_reads_so_and_is_called(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    token = office.link(case)
    form_page = f"/b/{token}/confirm?o={office.openings(case)[0].key}"
    form = {"command": command_in((await web.get(form_page)).text), "o": office.openings(case)[0].key}
    office.take_every_day()
    answer = await web.post(f"/b/{token}/choose", data=form)
    assert answer.status_code == 409
    assert "just taken" in answer.text
    assert "We will call you" in answer.text
    assert office.gateway.none_left == [case.case_id]


async def test_times_that_stand_in_many_texts_are_shown_to_who_looks(office: Office, web: httpx.AsyncClient) -> None:
    case = office.case()
    for number in range(2, 5):
        office.offer_every_day(f"case/boise/opendental/{number}/s1/1")
    assert office.openings(case) == []
    page = await web.get(f"/b/{office.link(case)}")
    assert page.text.count("/confirm?o=") == 3
    assert office.gateway.none_left == []


async def test_a_guardian_reads_of_the_child_and_is_asked_its_birth_date(
    office: Office, web: httpx.AsyncClient
) -> None:
    case = office.case(texted_patient_id="3", first_name="Ben", deposit_cents=5_000)
    token = office.link(case)
    assert "Pick a time for Ben’s visit" in (await web.get(f"/b/{token}")).text
    assert "when was Ben born?" in (await web.get(f"/b/{token}/who")).text
    answer = await say_birth_date(web, token, BORN)
    assert answer.status_code == 303


async def test_nothing_is_chosen_while_the_deposit_is_disputed_with_the_bank(
    office: Office, web: httpx.AsyncClient
) -> None:
    case, hold = office.awaiting_deposit()
    office.holds.release(hold.id)
    office.cases.update(case.case_id, {"state": CaseState.OFFERING})
    token, opening = office.link(case), office.openings(case)[0]
    await say_birth_date(web, token)
    page = await web.get(f"/b/{token}/confirm?o={opening.key}")
    form = {"command": command_in(page.text), "o": opening.key, "accept": "yes"}
    office.deposits.settle("dep_1", DepositState.DISPUTED, {})

    for answer in (
        await web.get(f"/b/{token}/confirm?o={opening.key}"),
        await web.post(f"/b/{token}/choose", data=form),
    ):
        assert answer.status_code == 200
        assert "$" not in answer.text
        assert 'name="o"' not in answer.text, "no form to choose with"
    assert office.gateway.told == []


async def test_a_deposit_that_is_kept_from_a_visit_that_was_called_off_leaves_nothing_to_pay(
    office: Office, web: httpx.AsyncClient
) -> None:
    office.case(case_id="case/boise/opendental/1/s1/0", state=CaseState.BOOKED, ended_at=NOW)
    kept = {"id": "dep_9", "case_id": "case/boise/opendental/1/s1/0", "location": "boise", "state": DepositState.PAID}
    office.deposits.put(a_deposit(9, **kept))
    case = office.case(deposit_cents=15_000)
    token, opening = office.link(case), office.openings(case)[0]
    assert "nothing more to pay" in (await web.get(f"/b/{token}")).text
    page = await web.get(f"/b/{token}/confirm?o={opening.key}")
    assert "$" not in page.text
    await web.post(f"/b/{token}/choose", data={"command": command_in(page.text), "o": opening.key})
    assert len(office.gateway.told) == 1

    office.deposits.settle("dep_9", DepositState.FORFEITED, {})
    asked = await web.get(f"/b/{token}/confirm?o={opening.key}")
    assert asked.headers["location"].startswith(f"/b/{token}/who"), "decided about: the deposit is due again"
