"""A location's day: posted once, caught up, stopped by nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.payment_plan.frequency import Frequency
from domain.payment_plan.terms import TreatmentPlanned
from domain.plan_life import By, PlanRefusedError, Step
from domain.plan_records import PlanRecord, PlanState, Proposal
from domain.records import DepositState
from tests.stack import Stack
from tests.workflows.plan_office import GOOD, TYPED, PlanStory, a_plan
from workflows.plan_gateway import PlanGateway


async def test_running_a_day_again_changes_nothing(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=3, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.to(plan.row.shown_plan.terms.first_payment)
    before, charges = plan.row, await plan.charges()
    for _ in range(2):
        await PlanGateway(stack.gateway).start_day("boise", plan.today)
        await plan.run()
    assert plan.row.plan == before.plan
    assert await plan.charges() == charges
    assert len(charges) == 1


async def test_days_that_were_missed_are_caught_up_as_if_they_had_been_run(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4, frequency=Frequency.WEEKLY)
    total = plan.row.shown_plan.principal_cents
    plan.offer_and_sign()
    await plan.give_card()
    first = plan.row.shown_plan.terms.first_payment
    await plan.to(first + timedelta(days=22))
    assert [row.day for row in plan.money()] == [first + timedelta(weeks=n) for n in range(4)]
    assert plan.states() == ["paid"] * 4
    assert sum(await plan.charges()) == total


async def test_the_down_payment_is_taken_when_the_plan_goes_to_work(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4, down_payment_cents=20_000)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.run()
    assert plan.states() == ["paid"]
    assert await plan.charges() == [20_000]
    assert plan.row.shown_plan.charges[0].note == "Down Payment"


async def test_planned_work_is_charged_once_it_is_done(stack: Stack) -> None:
    plan = await a_plan(
        stack, number_of_payments=2, frequency=Frequency.WEEKLY, treatment_planned=TreatmentPlanned.AWAIT_COMPLETE
    )
    version = stack.parts.plans.desk.offer(plan.plan_id, "paula")
    assert version.shown.rows == ()
    assert version.shown.awaiting
    stack.parts.plans.desk.sign(plan.plan_id, 1, version.agreement_sha256, TYPED)
    await plan.give_card()
    first = plan.row.shown_plan.terms.first_payment
    await plan.to(first)
    assert plan.money() == []
    for item in plan.row.shown_plan.production:
        await stack.practice.post("complete_procedure", proc_num=int(item.id))
    await plan.to(first + timedelta(days=7))
    assert plan.states() == ["paid"]
    assert [line for line in plan.audit if line.startswith("production:") and "is done" in line]
    assert plan.row.proposal is None


async def test_a_deposit_becomes_the_down_payment_and_is_taken_once(stack: Stack) -> None:
    story = await stack.accept(stack.plan("implant"))
    await story.choose()
    await story.pay()
    await stack.deliver()
    [deposit] = story.deposits()
    assert deposit.state is DepositState.PAID
    record = stack.parts.plans.desk.from_case(story.case_id, "paula")
    assert record == stack.parts.plans.desk.from_case(story.case_id, "paula"), "one draft a case"
    plan = PlanStory(stack, record.id)
    assert record.deposit_id == deposit.id
    plan.propose(down_payment_cents=deposit.amount_cents)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.run()
    assert plan.row.state is PlanState.ACTIVE
    assert plan.money() == []
    assert await plan.charges() == []
    paid = [split.amount_cents for split in plan.row.shown_plan.splits]
    assert sum(paid) == deposit.amount_cents
    assert stack.parts.plans.desk.free_deposit(story.case_id, "another plan") is None
    assert story.deposits()[0].note == f"down payment of {record.id}"


async def test_changed_terms_collect_only_what_was_signed_until_they_are_signed(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=4, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card()
    signed = plan.row.shown_plan
    await plan.to(signed.terms.first_payment)
    first = (await plan.charges())[0]
    plan_now = plan.row
    terms = replace(plan_now.shown_plan.terms, number_of_payments=6, payment_cents=None)
    stack.parts.plans.desk.propose(plan.plan_id, Proposal(terms, plan_now.shown_plan.production), "paula")
    version = stack.parts.plans.desk.offer(plan.plan_id, "paula")
    assert version.shown.installments == 6
    box = version.shown.box
    assert box is not None, "four installments became seven, one of them paid: the law wants the box"
    assert (box.down_payment_cents, version.shown.paid_cents) == (first, first)
    assert box.total_sale_price_cents == signed.principal_cents
    assert version.valid_until < signed.terms.first_payment + timedelta(days=7), "it ends before the next charge"
    await plan.to(signed.terms.first_payment + timedelta(days=7))
    assert await plan.charges() == [first, first]
    with pytest.raises(PlanRefusedError, match="ask the office for a new one"):
        stack.parts.plans.desk.sign(plan.plan_id, version.number, version.agreement_sha256, TYPED)
    plan.offer_and_sign()
    await plan.to(signed.terms.first_payment + timedelta(days=14))
    assert (await plan.charges())[2] < first
    assert plan.row.signed_version == 3


async def test_agreements_are_filed_and_the_plan_is_written_and_compared(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=3, frequency=Frequency.WEEKLY)
    plan.offer_and_sign()
    await plan.give_card()
    await plan.run()
    stored = stack.parts.plans.plans.versions(plan.plan_id)
    assert stored[0].pms_document_id
    assert stored[0].signed_agreement.startswith(b"%PDF")
    assert plan.row.pms_plan_id
    await plan.to(plan.row.shown_plan.terms.first_payment)
    await plan.days(1)
    assert plan.row.compared_on == plan.today
    differences = stack.parts.plans.days.differences("boise")
    assert all(each.explanation for each in differences)
    assert differences == [], "the practice posts what we post"
    changed = plan.row.shown_plan

    def wrong(record: PlanRecord, who: By) -> Step:
        charges = tuple(replace(each, principal_cents=each.principal_cents - 100) for each in changed.charges)
        return Step(record.model_copy(update={"plan": replace(changed, charges=charges)}), ())

    stack.parts.plans.steps.take(plan.plan_id, wrong)
    await plan.days(1)
    [row] = stack.parts.plans.days.differences("boise")
    assert row.pms_principal_cents - row.our_principal_cents == 100 * len(changed.charges)
    assert "amounts differ" in row.explanation
    [task] = [each for each in plan.tasks() if each.kind == "plan_charges"]
    assert task.done_at is None
    assert f"- {row.day}: ours $" in task.text

    def right(record: PlanRecord, who: By) -> Step:
        return Step(record.model_copy(update={"plan": changed}), ())

    stack.parts.plans.steps.take(plan.plan_id, right)
    await plan.days(1)
    assert [each.done_at is None for each in plan.tasks() if each.kind == "plan_charges"] == [False]


async def test_a_worker_that_dies_between_charge_and_row_takes_the_money_once(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=1)
    plan.offer_and_sign()
    await plan.give_card(GOOD)
    await stack.practice.fault(
        vendor="stripe", method="POST", path="/v1/payment_intents$", kind="lost_response", count=1
    )
    await plan.to(plan.row.shown_plan.terms.first_payment)
    for _ in range(100):
        if plan.states() == ["paid"]:
            break
        await stack.move(stack.now + timedelta(seconds=5))
        await asyncio.sleep(0.05)
    await plan.run()
    assert plan.states() == ["paid"]
    assert len(await plan.charges()) == 1
    assert await plan.ledger() == [Decimal(plan.money()[0].paid_cents) / 100]
