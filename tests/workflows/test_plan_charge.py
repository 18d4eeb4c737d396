"""One date's money: taken once, tried again, paid by page, given to a person, given back, disputed."""

from datetime import date, timedelta
from decimal import Decimal

from domain.payment_plan.frequency import Frequency
from domain.plan_records import PlanState
from tests.stack import Stack
from tests.workflows.plan_office import ASKING, DECLINING, GOOD, PlanStory, a_plan
from workflows.plan_gateway import PlanGateway


async def test_four_payments_are_taken_on_their_dates_and_each_stands_in_the_ledger_once(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4)
    total = plan.row.shown_plan.principal_cents
    assert plan.offer_and_sign().state is PlanState.SIGNED
    await plan.give_card()
    assert plan.row.state is PlanState.ACTIVE
    assert plan.row.card is not None
    first = plan.row.shown_plan.terms.first_payment
    for number in range(4):
        await plan.to(_month(first, number))
        await plan.run()
    assert plan.states() == ["paid"] * 4
    assert sum(await plan.charges()) == total
    assert len(await plan.charges()) == 4
    assert [int(each * 100) for each in await plan.ledger()] == [row.paid_cents for row in plan.money()]
    assert plan.row.next_due is None
    assert plan.texts().count("charge_notice") == 0, "noon to noon of the date itself leaves no day for a notice"


async def test_a_notice_comes_before_the_charge(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=2)
    plan.offer_and_sign()
    await plan.give_card()
    first = plan.row.shown_plan.terms.first_payment
    await plan.to(first - timedelta(days=3))
    await plan.days(2)
    assert plan.texts() == ["charge_notice"]
    assert plan.money() == []


async def test_a_decline_climbs_the_ladder_and_a_new_card_ends_it(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card(DECLINING)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    assert plan.states() == ["declined"]
    assert plan.texts() == ["charge_failed"]
    await plan.days(1)
    assert plan.money()[0].attempt == 2
    await plan.days(2)
    assert plan.money()[0].attempt == 3
    assert plan.tasks() == []
    await plan.days(3)
    assert plan.states() == ["person"]
    [task] = plan.tasks()
    assert task.kind == "plan_unpaid"
    assert task.pms_task_id
    await plan.give_card(GOOD)
    await plan.run()
    assert plan.states() == ["paid"]
    assert plan.tasks()[0].outcome == "paid"
    assert len(await plan.charges()) == 1
    assert len(await plan.ledger()) == 1


async def test_a_bank_that_asks_gets_the_payer_onto_a_page(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card(ASKING)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    assert plan.states() == ["action_needed"]
    assert plan.texts() == ["charge_action_needed"]
    await plan.pay_page(plan.money()[0], GOOD)
    await plan.run()
    assert plan.states() == ["paid"]
    assert len(await plan.charges()) == 1
    assert [int(each * 100) for each in await plan.ledger()] == await plan.charges()


async def test_an_open_page_and_the_next_attempt_never_both_take_the_money(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card(DECLINING)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    money = stack.parts.plans.money
    money.pay_page(plan.money()[0].id, "https://plans.example/p/x")
    assert plan.states() == ["paying"]
    await stack.practice.post("stripe/pay", session=plan.money()[0].checkout_id, card=GOOD)
    await stack.move(stack.now + timedelta(days=1))
    await plan.calm()
    await plan.run()
    assert plan.states() == ["paid"]
    assert len(await plan.charges()) == 1


async def test_money_given_back_leaves_the_plan_and_is_given_back_once(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=2)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.to(plan.row.shown_plan.terms.first_payment)
    [row] = plan.money()
    stack.parts.plans.money.refund(row.id, row.paid_cents, "paula")
    await plan.run()
    assert plan.states() == ["refunded"]
    assert plan.row.shown_plan.splits
    assert sum(split.amount_cents for split in plan.row.shown_plan.splits) == 0
    refunds = (await stack.practice.get("stripe/records"))["refunds"]
    assert [each["amount"] for each in refunds] == [row.paid_cents]


async def test_a_dispute_stops_the_card_and_asks_a_person(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=2, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.to(plan.row.shown_plan.terms.first_payment)
    await stack.practice.post("stripe/disputes", payment_intent=plan.money()[0].payment_id)
    await plan.run()
    assert plan.row.paused
    assert [task.kind for task in plan.tasks()] == ["plan_dispute"]
    await plan.days(7)
    assert plan.states() == ["disputed", "canceled"]
    assert len(await plan.charges()) == 1


async def a_disputed_plan(stack: Stack) -> PlanStory:
    plan = await a_plan(stack, number_of_payments=3, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.to(plan.row.shown_plan.terms.first_payment)
    await stack.practice.post("stripe/disputes", payment_intent=plan.money()[0].payment_id)
    await plan.run()
    assert plan.states() == ["disputed"]
    return plan


async def settle(plan: PlanStory, status: str) -> None:
    [dispute] = (await plan.stack.practice.get("stripe/records"))["disputes"]
    await plan.stack.practice.post("stripe/disputes", dispute=dispute["id"], status=status)
    await plan.run()


async def replay_disputes(plan: PlanStory) -> None:
    """Every event about a dispute comes once more, newest first."""
    events = (await plan.stack.practice.get("stripe/records"))["events"]
    taken = plan.stack.parts.plans.events(PlanGateway(plan.stack.gateway))
    for event in reversed([each for each in events if each["type"].startswith("charge.dispute.")]):
        assert await taken.take(event)


async def test_a_dispute_that_is_won_counts_again_and_the_card_waits_for_a_person(stack: Stack) -> None:
    plan = await a_disputed_plan(stack)
    paid = sum(split.amount_cents for split in plan.row.shown_plan.splits)
    await plan.days(7)
    assert plan.states() == ["disputed", "canceled"]
    await settle(plan, "won")
    assert plan.states() == ["paid", "canceled"]
    assert plan.money()[0].refunded_cents == 0
    assert sum(split.amount_cents for split in plan.row.shown_plan.splits) == paid
    assert {task.kind: task.done_at is not None for task in plan.tasks()} == {
        "plan_dispute": True,
        "plan_dispute_won": False,
    }
    assert plan.row.paused
    stack.parts.plans.money.pause(plan.plan_id, "", "paula")
    await replay_disputes(plan)
    assert not plan.row.paused, "a replay stops nothing that a person let go on"
    await plan.run()
    assert plan.states() == ["paid", "canceled", "paid"], "what fell due meanwhile is taken once"
    await plan.days(7)
    assert sum(await plan.charges()) == plan.row.shown_plan.principal_cents
    stack.parts.plans.money.pause(plan.plan_id, "look", "paula")
    stack.parts.plans.money.pause(plan.plan_id, "", "paula")
    await plan.run()
    assert sum(await plan.charges()) == plan.row.shown_plan.principal_cents


async def test_a_dispute_that_is_lost_leaves_the_plan_and_no_card_is_charged_for_it_again(stack: Stack) -> None:
    plan = await a_disputed_plan(stack)
    [row] = plan.money()
    await settle(plan, "lost")
    await replay_disputes(plan)
    assert plan.states() == ["refunded"]
    assert plan.money()[0].refunded_cents == row.paid_cents
    assert sum(split.amount_cents for split in plan.row.shown_plan.splits) == 0
    kinds = {task.kind: task for task in plan.tasks()}
    assert kinds["plan_dispute"].done_at is not None
    assert row.id in kinds["plan_dispute_lost"].text
    assert str(row.day) in kinds["plan_dispute_lost"].text
    stack.parts.plans.money.pause(plan.plan_id, "", "paula")
    await plan.run()
    await plan.days(7)
    assert await plan.charges() == [row.paid_cents, plan.row.shown_plan.payment_cents]
    await stack.step("plan_ledger")
    assert stack.parts.plans.days.money_differences(plan_id=plan.plan_id) == []
    payments = (await stack.practice.records())["payments"]
    mine = [Decimal(each["PayAmt"]) for each in payments if each["CheckNum"] == row.id]
    assert len(mine) == 2
    assert sum(mine) == 0, "the PMS allowed the refund: this payment was on no plan there"


async def test_dispute_news_that_comes_after_its_end_opens_nothing(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=2, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.to(plan.row.shown_plan.terms.first_payment)
    opened = await stack.practice.post("stripe/disputes", payment_intent=plan.money()[0].payment_id)
    await stack.practice.post("stripe/disputes", dispute=opened["id"], status="won")
    await plan.run()
    assert plan.states() == ["paid"]
    assert not plan.row.paused
    await plan.days(7)
    assert plan.states() == ["paid", "paid"]


async def test_a_payer_without_autopay_pays_by_page(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    stack.parts.plans.desk.describe(plan.plan_id, "paula", autopay=False)
    assert plan.offer_and_sign().state is PlanState.ACTIVE
    await plan.to(plan.row.shown_plan.terms.first_payment)
    assert plan.states() == ["action_needed"]
    assert plan.texts() == ["charge_notice"]
    await plan.pay_page(plan.money()[0])
    await plan.run()
    assert plan.states() == ["paid"]


async def test_a_patient_who_died_is_not_charged_and_not_texted(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card()
    await stack.practice.post("patient", pat_num=int(plan.row.patient_id), fields={"PatStatus": "Deceased"})
    await plan.to(plan.row.shown_plan.terms.first_payment)
    assert plan.states() == ["canceled"]
    assert plan.texts() == []
    assert await plan.charges() == []


def _month(first: date, number: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    return date(year, month + 1, first.day)
