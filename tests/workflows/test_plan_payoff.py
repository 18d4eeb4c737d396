"""A payer who pays it all at once."""

from datetime import timedelta

import pytest

from domain.payment_plan.frequency import Frequency
from domain.plan_life import PlanRefusedError
from domain.plan_money import payoff_cents
from domain.plan_records import PAYOFF
from tests.stack import Stack
from tests.workflows.plan_office import GOOD, PlanStory, a_plan

BACK = "https://plans.example/p/x"


async def begun(stack: Stack) -> PlanStory:
    """Four weekly payments, the first one taken."""
    plan = await a_plan(stack, number_of_payments=4, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.to(plan.row.shown_plan.terms.first_payment)
    assert plan.states() == ["paid"]
    return plan


async def test_the_rest_is_paid_at_once_and_nothing_is_charged_afterwards(stack: Stack) -> None:
    plan = await begun(stack)
    money = stack.parts.plans.money
    rest = payoff_cents(plan.row.shown_plan, plan.today)
    url = money.payoff_page(plan.plan_id, BACK)
    assert money.payoff_page(plan.plan_id, BACK) == url, "the page that is open is shown again"
    [row] = [each for each in plan.money() if each.code == PAYOFF]
    assert row.amount_cents == rest
    await stack.practice.post("stripe/pay", session=row.checkout_id, card=GOOD)
    await stack.deliver()
    await plan.run()
    assert plan.states() == ["paid", "paid"]
    assert payoff_cents(plan.row.shown_plan, plan.today) == 0
    assert plan.row.next_due is None
    assert len(await plan.ledger()) == 2, "the PMS has it too"
    taken = await plan.charges()
    await plan.to(plan.today + timedelta(days=15))
    assert await plan.charges() == taken
    assert sum(taken) == plan.row.shown_plan.principal_cents
    with pytest.raises(PlanRefusedError, match="Nothing is left"):
        money.payoff_page(plan.plan_id, BACK)


async def test_a_page_that_nobody_paid_ends_and_the_plan_goes_on(stack: Stack) -> None:
    plan = await begun(stack)
    stack.parts.plans.money.payoff_page(plan.plan_id, BACK)
    await plan.to(plan.today + timedelta(days=7))
    assert plan.states() == ["paid", "canceled", "paid"]
    assert len({charge.date for charge in plan.row.shown_plan.charges}) == 2
