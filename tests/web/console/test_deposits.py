"""A deposit on the case's page, and the click that decides about it."""

import re

import httpx
import pytest

from domain.deposit_decisions import DISPUTED_WORDS, DecisionKind
from domain.records import DepositState
from tests.web.console.desk_day import BOOKED, LATE, VISA, a_deposit, fill_desk
from tests.web.console.practice import Practice
from workflows.contracts.deposit_decision import Decide, DecisionAnswer

CASE = "/console/cases/boise/opendental/{}/s1/1"


@pytest.fixture(autouse=True)
def desk(practice: Practice) -> None:
    fill_desk(practice)


def words(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


async def confirm(page: httpx.AsyncClient, number: int, do: str) -> httpx.Response:
    return await page.get(f"{CASE.format(number)}/deposits/dep_{number}", params={"do": do})


async def send(page: httpx.AsyncClient, number: int, do: str, **data: str) -> httpx.Response:
    found = re.search(r'name="command" value="([^"]+)"', (await confirm(page, number, "refund")).text)
    assert found is not None
    given = {"by": "kim", "command": found[1], "do": do, "reason": "first time", "amount": "500.00"} | data
    return await page.post(f"{CASE.format(number)}/deposits/dep_{number}", data=given)


async def test_amount_card_and_both_buttons_stand_on_a_late_cancelled_case(page: httpx.AsyncClient) -> None:
    text = words(await page.get(CASE.format(LATE)))
    for expected in ("$500 paid", "Visa ending 4242", "Give the deposit back", "Keep it (forfeit)", "was cancelled"):
        assert expected in text
    assert "Decide about the deposit of $500.00" in text
    assert "Move this visit" not in text


async def test_a_booked_visits_deposit_can_only_go_back_and_the_warning_is_shown(page: httpx.AsyncClient) -> None:
    text = words(await page.get(CASE.format(BOOKED)))
    assert "Give the deposit back" in text
    assert "Keep it" not in text
    assert "The visit stays booked" in words(await confirm(page, BOOKED, "refund"))
    kept = await confirm(page, BOOKED, "forfeit")
    assert "The visit is still booked" in words(kept)
    assert "<form" not in kept.text


async def test_stripe_silent_is_said_and_asked_only_once(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.cards.clear()
    practice.deposits.put(a_deposit(LATE, id="dep_31b", attempt=2, payment_id="pi_31b", state=DepositState.REFUNDED))
    answer = await page.get(CASE.format(LATE))
    assert answer.status_code == 200
    assert words(answer).count("Stripe does not answer now") == 2
    assert len(practice.asked) == 1, "after one silence the page does not wait for another"


async def test_the_confirmation_shows_all_that_counts(page: httpx.AsyncClient) -> None:
    text = words(await confirm(page, LATE, "forfeit"))
    for expected in ("$500", "Visa ending 4242", "standard, version 1", "Accepted", "203.0.113.7", "Cancelled",
                     "6 h before the visit", "Keep $500"):  # fmt: skip
        assert expected in text, expected
    assert re.search("“.{20,}”", text), "the words of the policy"


@pytest.mark.parametrize(("do", "cents"), [("refund", 50_000), ("forfeit", 0)])
async def test_the_click_goes_out_once_with_name_reason_and_amount(
    page: httpx.AsyncClient, practice: Practice, do: str, cents: int
) -> None:
    answer = await send(page, LATE, do)
    assert answer.status_code == 303
    said = practice.door.only
    assert isinstance(said, Decide)
    assert (said.kind, said.by, said.reason, said.amount_cents) == (DecisionKind(do), "kim", "first time", cents)
    assert said.command_id.startswith("console-")
    assert "Done. $130" in words(await page.get(answer.headers["location"]))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"reason": "  "}, "Say why"),
        ({"by": "stranger"}, "Choose who you are"),
        ({"amount": "a lot"}, "Give the amount in dollars"),
        ({"amount": "0"}, "above $0"),
        ({"amount": "-5"}, "above $0"),
        ({"amount": "500.01"}, "Only $500.00 of this deposit is left"),
        ({"do": "burn"}, "given back or kept"),
    ],
)
async def test_what_is_missing_or_too_much_is_said_and_nothing_is_done(
    page: httpx.AsyncClient, practice: Practice, data: dict[str, str], expected: str
) -> None:
    answer = await send(page, LATE, **({"do": "refund"} | data))
    assert answer.status_code == 400
    assert expected in words(answer)
    assert not practice.door.said


async def test_a_part_can_be_given_back(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.door.decided = DecisionAnswer(cents=20_000, left_cents=30_000)
    answer = await send(page, LATE, "refund", amount="$200")
    assert practice.door.only.amount_cents == 20_000
    assert "$200.00 goes back to the patient" in words(await page.get(answer.headers["location"]))


async def test_a_dispute_takes_the_buttons_away_and_a_refusal_is_shown(
    page: httpx.AsyncClient, practice: Practice
) -> None:
    practice.door.decided = DecisionAnswer(refused=DISPUTED_WORDS)
    assert "disputes this payment with their bank" in words(await send(page, LATE, "refund"))
    practice.cards["pi_31"] = VISA.model_copy(update={"disputed": True})
    text = words(await page.get(CASE.format(LATE)))
    assert "disputed with the bank" in text
    assert "Keep it" not in text
    practice.deposits.settle("dep_31", DepositState.DISPUTED, {})
    assert DISPUTED_WORDS in words(await page.get(CASE.format(LATE)))
    assert "<form" not in (await confirm(page, LATE, "refund")).text


async def test_slow_is_said(page: httpx.AsyncClient, practice: Practice) -> None:
    practice.door.decided = DecisionAnswer(pending=True)
    answer = await send(page, LATE, "refund")
    assert "it is being worked on" in words(await page.get(answer.headers["location"]))


async def test_no_deposit_of_another_case(page: httpx.AsyncClient) -> None:
    assert (await page.get(f"{CASE.format(LATE)}/deposits/dep_{BOOKED}")).status_code == 404


async def test_the_task_leads_to_the_decision_not_to_an_outcome(page: httpx.AsyncClient) -> None:
    text = (await page.get("/console/tasks?owner=kim")).text
    part = text[text.index("Noor Haddad") :]
    assert '#money">Decide about the deposit' in part
