"""A plan in step with the PMS: new terms are written and read back, closing too, and news of its work is heard."""

from datetime import timedelta
from typing import Any

from connectors.plan_roles import PaymentPlanDraft, PaymentPlans
from domain.payment_plan.production import ProductionKind
from domain.payment_plan.terms import TreatmentPlanned
from domain.plan_records import Proposal
from loops.plan_writing import GONE, pms_draft
from tests.stack import Stack
from tests.workflows.plan_office import PlanStory, a_plan


async def at_work(stack: Stack, **terms: Any) -> PlanStory:
    plan = await a_plan(stack, **terms)
    plan.offer_and_sign()
    stack.parts.plans.desk.activate(plan.plan_id)
    await stack.step("plan_office")
    await stack.step("plan_office")
    assert plan.row.pms_plan_id
    return plan


def rows(plan: PlanStory) -> dict[str, str]:
    found = plan.stack.parts.plans.days.term_differences(plan_id=plan.plan_id)
    return {row.name: row.explanation for row in found}


async def held(stack: Stack, plan: PlanStory) -> dict[str, object]:
    plans = (await stack.practice.records())["payplans"]
    return next(each for each in plans if str(each["PayPlanNum"]) == plan.row.pms_plan_id)


async def test_newly_signed_terms_are_written_to_the_pms_and_read_back(stack: Stack) -> None:
    plan = await at_work(stack, number_of_payments=4)
    assert plan.row.pms_version == 1
    assert rows(plan) == {}
    plan.propose(number_of_payments=None, payment_cents=4_321)
    await stack.step("plan_office")
    assert (await held(stack, plan))["PayAmt"] != 43.21, "until it is signed, what was signed stands"
    plan.offer_and_sign()
    await stack.step("plan_office")
    assert (await held(stack, plan))["PayAmt"] == 43.21
    assert plan.row.pms_version == 2
    assert rows(plan) == {}
    assert any("version 2 was told to the PMS, which holds the same" in line for line in plan.audit)


async def test_what_the_pms_cannot_change_is_a_row_with_its_reason(stack: Stack) -> None:
    plan = await at_work(stack, number_of_payments=4)
    assert plan.row.shown_plan.terms.treatment_planned is TreatmentPlanned.TREAT_AS_COMPLETE
    plan.propose(treatment_planned=TreatmentPlanned.AWAIT_COMPLETE)
    plan.offer_and_sign()
    await stack.step("plan_office")
    assert rows(plan) == {"planned work": "the PMS cannot change this of a plan that exists"}


async def test_terms_that_somebody_changes_in_the_pms_are_a_row_and_a_person_s_until_both_agree(stack: Stack) -> None:
    plan = await at_work(stack, number_of_payments=4)
    pms = stack.parts.vendors.pms("boise")
    assert isinstance(pms, PaymentPlans)
    signed = pms_draft(plan.row)
    assert signed is not None
    elsewhere = signed.model_copy(update={"payment_cents": 7_700, "frequency": "weekly", "items": ()})

    async def tomorrow(draft: PaymentPlanDraft) -> list[str]:
        """What differs after the next day's comparison; the tasks of it."""
        pms.change_payment_plan(plan.row.pms_plan_id, draft)
        await stack.move(stack.now + timedelta(days=1))
        await stack.step("plan_office")
        return sorted(rows(plan))

    differ = await tomorrow(elsewhere)
    assert differ == ["frequency", *(f"item {item.id}" for item in signed.items), "payment"]
    [task] = plan.tasks()
    assert (task.kind, task.done_at) == ("plan_terms", None)
    assert "- payment: ours $" in task.text
    assert task.pms_task_id
    assert await tomorrow(elsewhere) == differ
    assert len(plan.tasks()) == 1, "a day later it is the same task"
    assert await tomorrow(signed) == []
    assert [each.done_at is not None for each in plan.tasks()] == [True]
    assert await tomorrow(elsewhere) == differ
    assert [each.done_at is not None for each in plan.tasks()] == [True, False], "what differs again is asked again"
    stack.parts.plans.desk.close(plan.plan_id, "paula")
    await stack.step("plan_office")
    assert rows(plan) == {}
    assert all(each.done_at is not None for each in plan.tasks())


async def test_closing_closes_it_in_the_pms_too(stack: Stack) -> None:
    plan = await at_work(stack)
    stack.parts.plans.desk.close(plan.plan_id, "paula")
    await stack.step("plan_office")
    await stack.step("plan_office")
    assert (await held(stack, plan))["IsClosed"] == "true"
    assert sum("of the PMS is closed" in line for line in plan.audit) == 1
    stack.parts.plans.desk.reopen(plan.plan_id, "paula")
    await stack.step("plan_office")
    assert rows(plan)["open"] == "the PMS cannot open a closed plan again"


async def test_insurance_that_pays_more_lowers_the_plan_by_itself_with_an_audit(stack: Stack) -> None:
    plan = await at_work(stack, number_of_payments=4)
    item = plan.row.shown_plan.production[0]
    before = plan.row.shown_plan.principal_cents
    paid = item.insurance_cents + 5_000
    await stack.practice.post("insurance_paid", proc_num=int(item.id), paid_cents=paid)
    await stack.move(stack.now + timedelta(days=1))
    await stack.step("plan_office")
    assert plan.row.shown_plan.principal_cents == before - 5_000, "a location with few plans hears it the day after"
    assert any(line.startswith("production: ") and " is now " in line for line in plan.audit)


async def test_a_new_item_on_a_signed_plan_waits_for_a_signature_and_then_stands_in_the_pms(stack: Stack) -> None:
    plan = await at_work(stack, number_of_payments=4)
    await stack.practice.post("adjustment", pat_num=int(plan.row.patient_id), fields={"AdjAmt": 45.0})
    desk = stack.parts.plans.desk
    (adjustment,) = [item for item in desk.available(plan.plan_id) if item.kind is ProductionKind.ADJUSTMENT]
    record = plan.row
    assert record.plan is not None
    signed = record.plan.principal_cents
    desk.propose(plan.plan_id, Proposal(record.plan.terms, (*record.plan.production, adjustment)), "paula")
    assert plan.row.shown_plan.principal_cents == signed, "until then only what was signed is collected"
    assert adjustment.id not in {item.id for item in desk.available(plan.plan_id)}, "one plan for each item"
    plan.offer_and_sign()
    assert plan.row.shown_plan.principal_cents == signed + 4_500
    await stack.step("plan_office")
    assert rows(plan) == {}


async def test_an_insurance_plan_on_the_same_work_wants_the_patient_s_portion_before_an_offer(stack: Stack) -> None:
    plan = await a_plan(stack)
    item = plan.row.shown_plan.production[0]
    assert not plan.row.insured
    await stack.practice.post("insurance_paid", proc_num=int(item.id), paid_cents=5_000, by_plan=True)
    plan.offer_and_sign()
    stack.parts.plans.desk.activate(plan.plan_id)
    stack.parts.plans.hearing.hear(plan.plan_id)
    assert plan.row.insured == (item.id,)
    assert any("is on an insurance payment plan too" in line for line in plan.audit)


async def test_a_plan_that_was_deleted_in_the_pms_holds_up_nobody_behind_it(stack: Stack) -> None:
    gone, other = await at_work(stack, number_of_payments=4), await at_work(stack, number_of_payments=4)
    plans = stack.parts.plans.plans
    plans.mark(gone.plan_id, {"pms_plan_id": "999999"})
    for plan in (gone, other):
        plan.propose(number_of_payments=None, payment_cents=4_321)
        plan.offer_and_sign()
    await stack.step("plan_office")
    assert rows(gone) == {"payment plan": GONE}
    assert other.row.pms_version == 2
    assert {plan.row.compared_on for plan in (gone, other)} == {other.today}
    for plan in (gone, other):
        stack.parts.plans.desk.close(plan.plan_id, "paula")
    await stack.step("plan_office")
    assert (await held(stack, other))["IsClosed"] == "true"
    assert list(plans.to_tell_pms("boise")) == []
    assert any("is not in the PMS any more" in line for line in gone.audit)


async def test_a_refused_document_and_unreadable_payments_go_to_a_person_and_the_next_plan_is_served(
    stack: Stack,
) -> None:
    first, second = await at_work(stack, number_of_payments=4), await at_work(stack, number_of_payments=4)
    for plan in (first, second):
        plan.propose(number_of_payments=None, payment_cents=4_321)
        plan.offer_and_sign()
    await stack.practice.fault(vendor="opendental", method="POST", path="documents", kind="status", status=400, count=1)
    await stack.practice.fault(vendor="opendental", path="paysplits", kind="status", status=404, count=1)
    await stack.step("plan_office")
    await stack.step("plan_ledger")
    versions = [stack.parts.plans.plans.versions(plan.plan_id)[-1] for plan in (first, second)]
    filed = [version.pms_document_id for version in versions]
    assert filed.count("refused") == 1, "whichever came first"
    assert all(filed)
    assert {plan.row.ledger_compared_on for plan in (first, second)} == {first.today}
    kinds = sorted(task.kind for plan in (first, second) for task in plan.tasks())
    assert kinds == ["plan_ledger_unread", "plan_paper"]
