"""Beside the PMS: what is paid at the desk is never charged to the card, and no payment differs in silence."""

from datetime import timedelta
from typing import Any

from domain.payment_plan.frequency import Frequency
from domain.plan_ledger import MoneyExplanation
from domain.plan_records import NOT_IN_PMS, PlanMoneyDifference
from tests.stack import Stack
from tests.workflows.plan_office import DECLINING, PlanStory, a_plan


async def a_paying_plan(stack: Stack, payments: int = 2, card: str = "", **terms: Any) -> PlanStory:
    plan = await a_plan(stack, number_of_payments=payments, frequency=Frequency.WEEKLY, **terms)
    plan.offer_and_sign()
    await (plan.give_card(card) if card else plan.give_card())
    await plan.run()
    assert plan.row.pms_plan_id
    return plan


async def at_the_desk(stack: Stack, plan: PlanStory, cents: int, **more: Any) -> dict[str, Any]:
    """Typed into the PMS only, on the plan unless said otherwise."""
    where = more or {"pay_plan_num": int(plan.row.pms_plan_id)}
    made = await stack.practice.post("desk_payment", pat_num=int(plan.row.patient_id), cents=cents, **where)
    assert isinstance(made, dict)
    return made


async def compared(stack: Stack, plan: PlanStory) -> list[PlanMoneyDifference]:
    """The next day's comparison."""
    await stack.move(stack.now + timedelta(days=1, minutes=1))
    await stack.step("plan_ledger")
    await plan.calm()
    return list(stack.parts.plans.days.money_differences(plan_id=plan.plan_id))


def paid_by_us(plan: PlanStory) -> int:
    in_force = plan.row.plan
    assert in_force is not None
    return sum(split.amount_cents for split in in_force.splits)


async def test_what_was_paid_at_the_desk_the_day_before_is_not_charged_to_the_card(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    due = plan.row.shown_plan.terms.first_payment
    await plan.to(due - timedelta(days=1))
    await at_the_desk(stack, plan, plan.row.shown_plan.payment_cents)
    await plan.to(due)
    assert await plan.charges() == []
    assert plan.states() == ["nothing_due"]
    await plan.to(due + timedelta(days=7))
    total = plan.row.shown_plan.principal_cents
    assert await plan.charges() == [total - plan.row.shown_plan.payment_cents]
    assert paid_by_us(plan) == total, "each cent was counted once"


async def test_a_part_paid_at_the_desk_leaves_the_rest_to_the_card(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    due = plan.row.shown_plan.terms.first_payment
    await plan.to(due - timedelta(days=1))
    await at_the_desk(stack, plan, 1_500)
    await at_the_desk(stack, plan, 700)
    await plan.to(due)
    assert await plan.charges() == [plan.row.shown_plan.payment_cents - 2_200]
    assert await compared(stack, plan) == []
    assert await compared(stack, plan) == [], "reading it again counts nothing twice"
    assert paid_by_us(plan) == plan.row.shown_plan.payment_cents


async def test_a_desk_payment_ends_the_ladder_and_the_persons_task(stack: Stack) -> None:
    plan = await a_paying_plan(stack, payments=1, card=DECLINING)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    for _ in range(3):
        await plan.days(2)
    assert plan.states() == ["person"]
    await at_the_desk(stack, plan, plan.row.shown_plan.principal_cents)
    assert await compared(stack, plan) == []
    await plan.run()
    assert plan.states() == ["nothing_due"]
    [task] = plan.tasks()
    assert task.done_at is not None
    assert await plan.charges() == []


async def test_money_typed_into_the_plan_and_into_the_pms_is_the_same_money(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    stack.parts.plans.money.record_payment(plan.plan_id, 3_000, "cash", "paula")
    [typed] = await compared(stack, plan)
    assert typed.explanation == MoneyExplanation.TYPED_ONLY.value
    await at_the_desk(stack, plan, 3_000)
    assert await compared(stack, plan) == []
    assert paid_by_us(plan) == 3_000
    assert [task.done_at is not None for task in plan.tasks()] == [True]


async def test_a_payment_on_the_procedure_of_a_plan_that_the_pms_does_not_keep_counts(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    stack.parts.plans.plans.mark(plan.plan_id, {"pms_plan_id": NOT_IN_PMS})
    due = plan.row.shown_plan.terms.first_payment
    await plan.to(due - timedelta(days=1))
    crown = int(plan.row.shown_plan.production[0].id)
    await at_the_desk(stack, plan, plan.row.shown_plan.payment_cents, proc_num=crown)
    await plan.to(due)
    assert await plan.charges() == []


async def test_a_deposit_that_the_office_puts_on_the_plan_in_the_pms_is_not_new_money(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    before = paid_by_us(plan)
    patient = int(plan.row.patient_id)
    made = await at_the_desk(stack, plan, 0, pay_plan_num=int(plan.row.pms_plan_id))
    assert made["PayNum"]
    await stack.practice.post("desk_payment", pat_num=patient, cents=5_000, note="for a cleaning")
    assert await compared(stack, plan) == []
    assert paid_by_us(plan) == before, "money that is not on the plan is not the plan's"


async def test_a_desk_payment_that_is_deleted_later_is_shown_and_given_to_a_person(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    made = await at_the_desk(stack, plan, 4_000)
    assert await compared(stack, plan) == []
    await stack.practice.post("delete_payment", pay_num=made["PayNum"])
    [row] = await compared(stack, plan)
    assert (row.reference, row.our_cents, row.pms_cents) == (str(made["PayNum"]), 4_000, 0)
    [task] = plan.tasks()
    assert task.kind == "plan_ledger"
    assert "$40.00" in task.text
    await compared(stack, plan)
    assert len(plan.tasks()) == 1


async def test_a_refund_that_the_pms_cannot_be_told_is_a_row_and_a_task_until_it_is_entered(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    [row] = plan.money()
    assert row.ledger_id
    assert await compared(stack, plan) == []
    stack.parts.plans.money.refund(row.id, 1_000, "paula")
    [found] = await compared(stack, plan)
    assert (found.our_cents, found.pms_cents) == (row.paid_cents - 1_000, row.paid_cents)
    assert "enter the refund there by hand" in found.explanation
    [task] = plan.tasks()
    assert task.pms_task_id
    assert f"payment {row.id} of {row.day}" in task.text
    assert "$10.00 differ" in task.text
    await at_the_desk(stack, plan, -1_000)
    assert await compared(stack, plan) == []
    assert [task.done_at is not None for task in plan.tasks()] == [True]
    refunds = (await stack.practice.get("stripe/records"))["refunds"]
    assert sum(each["amount"] for each in refunds) == 1_000
    assert paid_by_us(plan) == row.paid_cents - 1_000


async def test_a_refund_entered_with_our_reference_in_its_note_is_found_wherever_it_stands(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    [row] = plan.money()
    stack.parts.plans.money.refund(row.id, row.paid_cents, "paula")
    assert len(await compared(stack, plan)) == 1
    await at_the_desk(stack, plan, -row.paid_cents, note=f"card refund {row.id}")
    assert await compared(stack, plan) == []


async def test_a_whole_payment_that_is_on_no_plan_in_the_pms_is_given_back_there_once(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    stack.parts.plans.plans.mark(plan.plan_id, {"pms_plan_id": NOT_IN_PMS})
    await stack.practice.post("complete_procedure", proc_num=int(plan.row.shown_plan.production[0].id))
    await drop_pms_plan(stack, plan)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    [row] = plan.money()
    stack.parts.plans.money.refund(row.id, row.paid_cents, "paula")
    assert await compared(stack, plan) == []
    assert await compared(stack, plan) == []
    payments = (await stack.practice.records())["payments"]
    mine = [float(each["PayAmt"]) for each in payments if each["CheckNum"] == row.id]
    assert len(mine) == 2
    assert sum(mine) == 0
    assert plan.tasks() == []


async def test_money_that_the_office_takes_back_without_us_is_shown(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    made = await at_the_desk(stack, plan, -2_500)
    [row] = await compared(stack, plan)
    assert (row.reference, row.pms_cents) == (str(made["PayNum"]), -2_500)
    assert "no refund of ours says why" in row.explanation


async def test_our_own_payment_whose_answer_was_lost_is_never_taken_for_the_desks(stack: Stack) -> None:
    plan = await a_paying_plan(stack)
    await plan.to(plan.row.shown_plan.terms.first_payment)
    [row] = plan.money()
    stack.parts.plans.collections.set(row.id, {"ledger_id": ""})
    before = paid_by_us(plan)
    await compared(stack, plan)
    assert paid_by_us(plan) == before


async def drop_pms_plan(stack: Stack, plan: PlanStory) -> None:
    """The PMS never had this plan: nothing is tied to it there."""
    found = stack.parts.vendors.pms("boise")
    for number in {each["PayPlanNum"] for each in (await stack.practice.records())["payplans"]}:
        if str(number) != plan.row.pms_plan_id:
            found.close_payment_plan(str(number))  # type: ignore[attr-defined]  # Open Dental keeps plans
