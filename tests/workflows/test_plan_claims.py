"""One balance is taken once; a card that was refused, or never permitted, is left alone."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from activities.plan_charges import ChargeTry, PlanChargeActivities
from activities.plan_money import PlanMoney
from connectors.base import CardOnFile, Checkout, CheckoutRequest
from domain.payment_plan import edit
from domain.payment_plan.frequency import Frequency
from domain.plan_life import By, PlanRefusedError, Step, in_force
from domain.plan_money import balance_due, owed_by
from domain.plan_records import SETTLED, CollectionState, PlanRecord
from tests.stack import Stack
from tests.workflows.plan_office import DECLINING, GOOD, PlanStory, a_plan
from tests.workflows.test_plan_cards import on_customer

BACK = "https://plans.example/p/x"


async def missed(stack: Stack, card: str = DECLINING, weeks: int = 2, kind: str = "crown") -> PlanStory:
    """A weekly plan of four whose first payments were refused."""
    plan = await a_plan(stack, kind, number_of_payments=4, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card(card)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    for _ in range(weeks - 1):
        await plan.days(7)
    return plan


async def keep_good_card(plan: PlanStory) -> None:
    """The card is on the plan, and nobody was told yet."""
    money = plan.stack.parts.plans.money
    money.card_page(plan.plan_id, BACK)
    await plan.stack.practice.post("stripe/pay", session=plan.row.card_checkout_id, card=GOOD, expiry="12/34")
    await asyncio.to_thread(money.keep_card, plan.plan_id)


async def look(plan: PlanStory) -> None:
    """Tell every workflow that something changed."""
    for row in plan.money():
        if row.state not in SETTLED:
            await plan.stack.client.get_workflow_handle(row.workflow_id).signal("look_again", {"why": "test"})
    for _ in range(3):
        await asyncio.sleep(0.3)  # the server begins a moment after it took the signal
        await plan.calm()


async def test_two_missed_dates_do_not_take_one_balance_twice(stack: Stack) -> None:
    plan = await missed(stack)
    first, second = plan.money()
    await keep_good_card(plan)
    stack.parts.plans.money.record_payment(plan.plan_id, first.amount_cents, "cash", "paula")
    due = balance_due(plan.row.shown_plan, plan.today)
    assert due == second.amount_cents
    [charger] = [each for each in stack.parts.plans.activities() if isinstance(each, PlanChargeActivities)]
    tries = [ChargeTry(plan_id=plan.plan_id, collection_id=row.id, attempt=row.attempt + 1) for row in plan.money()]
    with ThreadPoolExecutor(2) as threads:
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            *(loop.run_in_executor(threads, charger.charge, each) for each in tries), return_exceptions=True
        )
    for again in tries:
        charger.charge(again)
    assert await plan.charges() == [due]
    assert sorted(plan.states()) == ["nothing_due", "paid"]
    assert balance_due(plan.row.shown_plan, plan.today) == 0


async def test_a_page_and_the_card_of_another_date_share_one_balance(stack: Stack) -> None:
    plan = await missed(stack)
    first, second = plan.money()
    stack.parts.plans.money.record_payment(plan.plan_id, first.amount_cents, "cash", "paula")
    stack.parts.plans.money.pay_page(first.id, BACK)
    payments = stack.parts.plans.desk._vendors.payments("boise")
    page = plan.money()[0].checkout_id
    assert payments.checkout(page).status == "open"
    await keep_good_card(plan)
    await look(plan)
    assert payments.checkout(page).status == "expired"
    assert await plan.charges() == [second.amount_cents]


async def test_two_payers_who_ask_for_the_page_in_the_same_moment_have_one_page(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second asks, from a link of another text, while the processor is making the page of the first."""
    plan = await missed(stack, weeks=1)
    [row] = plan.money()
    money, payments = stack.parts.plans.money, stack.parts.vendors.payments("boise")
    made, real = list[Checkout](), type(payments).open_checkout
    told: list[str] = []
    links = ["https://plans.example/p/y"]

    def slow(self: Any, request: CheckoutRequest) -> Checkout:
        if links:
            told.append(_asked(money, row.id, links.pop()))
        made.append(real(self, request))
        return made[-1]

    monkeypatch.setattr(type(payments), "open_checkout", slow)
    told.append(_asked(money, row.id, BACK))
    pages = [payments.checkout(each.id) for each in made]
    assert [page.status for page in pages].count("open") == 1
    [left] = [page for page in pages if page.status == "open"]
    assert plan.money()[0].checkout_id == left.id
    assert sorted(told) == sorted(["just_now", left.url])
    await stack.practice.post("stripe/pay", session=left.id, card=GOOD)
    await stack.deliver()
    assert plan.states() == ["paid"]
    assert await plan.charges() == [row.amount_cents]


def _asked(money: PlanMoney, row_id: str, back: str) -> str:
    """Where the payer is led, or what they are told."""
    try:
        return money.pay_page(row_id, back)
    except PlanRefusedError as refused:
        return refused.word


async def test_a_page_waits_while_the_card_is_being_charged(stack: Stack) -> None:
    plan = await missed(stack)
    first, second = plan.money()
    stack.parts.plans.collections.move(first.id, {first.state}, CollectionState.CHARGING)
    with pytest.raises(PlanRefusedError, match="just now"):
        stack.parts.plans.money.pay_page(second.id, BACK)
    with pytest.raises(PlanRefusedError, match="just now"):
        stack.parts.plans.money.payoff_page(plan.plan_id, BACK)


async def test_an_attempt_whose_end_was_not_known_is_found_whatever_became_of_the_plan(stack: Stack) -> None:
    parts = stack.parts.plans
    [charger] = [each for each in parts.activities() if isinstance(each, PlanChargeActivities)]
    for kind, act in (("crown", "pause"), ("implant", "close"), ("bridge", "other card")):
        plan = await missed(stack, weeks=1, kind=kind)
        [row] = plan.money()
        await keep_good_card(plan)
        assert plan.row.card is not None
        card = CardOnFile.model_validate(plan.row.card.model_dump())
        parts.collections.move(row.id, {row.state}, CollectionState.CHARGING, {"attempt": 2})
        parts.desk._vendors.payments("boise").charge_card(card, row.amount_cents, row.key(2), row.id)
        with pytest.raises(PlanRefusedError, match="being made just now"):
            parts.desk.delete(plan.plan_id, "paula")
        if act == "pause":
            parts.money.pause(plan.plan_id, "paused by paula", "paula")
        elif act == "close":
            parts.desk.close(plan.plan_id, "paula")
        else:
            await keep_good_card(plan)
        await stack.step("plan_cards")
        charger.charge(ChargeTry(plan_id=plan.plan_id, collection_id=row.id, attempt=2))
        assert plan.states() == ["paid"], act
        assert await plan.charges() == [row.amount_cents], act
        await stack.step("plan_cards")
        assert not plan.row.released_cards


async def test_an_attempt_that_took_nothing_takes_nothing_once_the_plan_stopped(stack: Stack) -> None:
    parts = stack.parts.plans
    [charger] = [each for each in parts.activities() if isinstance(each, PlanChargeActivities)]
    plan = await missed(stack, weeks=1)
    [row] = plan.money()
    await keep_good_card(plan)
    parts.collections.move(row.id, {row.state}, CollectionState.CHARGING, {"attempt": 2})
    parts.money.pause(plan.plan_id, "paused by paula", "paula")
    charger.charge(ChargeTry(plan_id=plan.plan_id, collection_id=row.id, attempt=2))
    assert plan.states() == ["canceled"]
    assert await plan.charges() == []
    ended = stack.client.get_workflow_handle(row.workflow_id)
    await ended.signal("look_again", {"why": "test"})
    await ended.result()
    # A page that is paid all the same is money that is here.
    parts.collections.move(row.id, {CollectionState.CANCELED}, CollectionState.PERSON)
    parts.money.pay_page(row.id, BACK)
    parts.collections.move(row.id, {CollectionState.PAYING}, CollectionState.CANCELED)
    await stack.practice.post("stripe/pay", session=plan.money()[0].checkout_id, card=GOOD)
    await stack.deliver()
    assert plan.states() == ["paid"]
    assert await plan.charges() == [row.amount_cents]
    await stack.move(stack.now + timedelta(minutes=11))
    await plan.run()
    assert len(await plan.ledger()) == 1, "its workflow had ended; the PMS has the payment all the same"
    assert [task.kind for task in plan.tasks() if task.kind == "plan_stuck"] == []


async def test_no_card_is_charged_when_the_signed_paper_does_not_permit_it(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    desk = stack.parts.plans.desk
    desk.describe(plan.plan_id, "paula", autopay=False)
    plan.offer_and_sign()
    with pytest.raises(PlanRefusedError, match="not part of what was signed"):
        desk.describe(plan.plan_id, "paula", autopay=True)
    stack.parts.plans.steps.take(
        plan.plan_id, lambda now, _: Step(now.model_copy(update={"autopay": True}), ()), "paula"
    )
    await plan.give_card(GOOD)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    assert await plan.charges() == []
    assert plan.states() == ["action_needed"]


async def test_news_alone_does_not_try_a_refused_card_again(stack: Stack) -> None:
    plan = await missed(stack, weeks=1)
    for _ in range(3):
        await look(plan)
    assert [row.attempt for row in plan.money()] == [1]
    assert plan.texts() == ["charge_failed"]
    await plan.days(1)
    assert [row.attempt for row in plan.money()] == [2], "the ladder goes on"


async def test_a_hopeless_card_is_a_persons_at_once_and_is_not_tried_again(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.plan_charges._HOPELESS", frozenset({"generic_decline", "card_declined"}))
    plan = await missed(stack, weeks=1)
    assert [task.kind for task in plan.tasks()] == ["plan_unpaid"]
    await plan.days(6)
    assert [row.attempt for row in plan.money()] == [1]
    await plan.give_card(GOOD)
    await plan.run()
    assert plan.states() == ["paid"]


async def test_what_was_missed_before_a_pause_is_taken_after_it(stack: Stack) -> None:
    plan = await missed(stack, weeks=1)
    [row] = plan.money()
    stack.parts.plans.money.pause(plan.plan_id, "paused by paula", "paula")
    await look(plan)
    stack.parts.plans.money.pause(plan.plan_id, "", "paula")
    await plan.give_card(GOOD)
    await plan.run()
    assert await plan.charges() == [row.amount_cents]


def change(plan: PlanStory, work: object) -> None:
    assert callable(work)

    def step(now: PlanRecord, who: By) -> Step:
        assert now.plan is not None
        after = work(now.plan, who.today)
        done = in_force(now, after, who.event("charge", "by hand"))
        return Step(done.record, done.events, owed_by(after, len(now.plan.charges), who.today))

    plan.stack.parts.plans.steps.take(plan.plan_id, step, "paula")


@pytest.mark.parametrize("ahead", [0, 3])
async def test_a_charge_added_by_hand_waits_for_its_payer(stack: Stack, ahead: int) -> None:
    plan = await missed(stack, GOOD, weeks=1)
    await plan.days(1)
    taken = await plan.charges()
    day = plan.today + timedelta(days=ahead)
    change(plan, lambda now, today: edit.add_charge(now, today, day))
    await plan.run()
    await plan.days(ahead)
    assert await plan.charges() == taken, "nobody signed it, so no card is charged for it"
    assert plan.states()[-1] == "action_needed"
    assert plan.texts()[-1] == "charge_notice"
    await plan.pay_page(plan.money()[-1])
    await plan.run()
    assert plan.states() == ["paid", "paid"]


async def test_todays_charge_that_was_deleted_posts_again(stack: Stack) -> None:
    plan = await missed(stack, GOOD, weeks=1)
    await plan.days(6)
    stack.parts.plans.money.pause(plan.plan_id, "look", "paula")
    await plan.days(1)
    day: date = plan.today
    newest = plan.row.shown_plan.charges[-1]
    assert newest.date == day
    change(plan, lambda now, today: edit.delete_charge(now, today, newest.number))
    assert plan.row.next_due == day
    stack.parts.plans.money.pause(plan.plan_id, "", "paula")
    await plan.days(1)
    assert [each.date for each in plan.row.shown_plan.charges].count(day) == 1
    await plan.run()
    await plan.to(day + timedelta(days=14))
    await plan.days(1)
    assert sum(await plan.charges()) == plan.row.shown_plan.principal_cents


async def test_the_card_saved_while_paying_replaces_the_old_one(stack: Stack) -> None:
    plan = await missed(stack, weeks=1)
    old = plan.row.card
    assert old is not None
    await plan.pay_page(plan.money()[0], GOOD)
    await plan.run()
    new = plan.row.card
    assert new is not None
    assert new.payment_method_id != old.payment_method_id
    await stack.step("plan_cards")
    assert not await on_customer(stack, old.payment_method_id)
    await plan.days(7)
    assert plan.states() == ["paid", "paid"]


@pytest.mark.parametrize("silent", [False, True])
async def test_money_that_was_left_out_is_asked_for_again_also_without_a_card(stack: Stack, silent: bool) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    if not silent:
        stack.parts.plans.desk.describe(plan.plan_id, "paula", autopay=False)
    plan.offer_and_sign()
    if silent:
        await plan.give_card()
        patient = int(plan.row.patient_id)
        await stack.practice.post("patient", pat_num=patient, fields={"PatStatus": "Archived"})
    else:
        stack.parts.plans.desk.activate(plan.plan_id)
        stack.parts.plans.money.pause(plan.plan_id, "paused by paula", "paula")
    await plan.to(plan.row.shown_plan.terms.first_payment)
    assert plan.states() == ["canceled"]
    if silent:
        await stack.practice.post("patient", pat_num=patient, fields={"PatStatus": "Patient"})
    stack.parts.plans.money.pause(plan.plan_id, "", "paula")
    await plan.run()
    assert plan.states() == ["canceled", "paid" if silent else "action_needed"]
