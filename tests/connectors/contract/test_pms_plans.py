"""Payment plans written to the PMS, changed as far as it lets, read back; and what of an account a plan could pay."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.base import LedgerPayment, Pms
from connectors.plan_roles import LedgerItem, PaymentPlanDraft, PaymentPlanItem, PaymentPlans, Production
from domain.treatment_plan import TreatmentPlan
from tests.connectors.contract.acceptances import accepted
from tests.connectors.practice import Practice

AGREED, FIRST = date(2026, 11, 23), date(2027, 1, 15)


def a_draft(plan: TreatmentPlan, **changes: Any) -> PaymentPlanDraft:
    draft = PaymentPlanDraft(
        patient_id=plan.patient_id,
        items=tuple(PaymentPlanItem(id=p.id) for p in plan.procedures),
        agreed_on=AGREED,
        first_due=FIRST,
        payment_cents=10_000,
        treat_planned="treat_as_complete",
        tag=f"pp/{plan.id}",
    )
    return draft.model_copy(update=changes)


def account(pms: Pms, plan: TreatmentPlan) -> dict[str, LedgerItem]:
    assert isinstance(pms, Production)
    return {item.id: item for item in pms.production(plan.patient_id, plan.id)}


def written(pms: Pms, draft: PaymentPlanDraft) -> str:
    assert isinstance(pms, PaymentPlans)
    return pms.create_payment_plan(draft)


def test_an_account_shows_procedures_with_all_that_comes_off_them(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    first = plan.procedures[0]
    before = account(pms, plan)[first.id]
    assert (before.done, before.fee_cents, before.provider_id) == (False, first.fee_cents, first.provider_id)
    assert before.clinic_id
    assert before.fee_cents - before.insurance_cents == first.patient_cents, "the estimate is that of the plan"
    patient, number = int(plan.patient_id), int(first.id)
    practice.post("insurance_paid", proc_num=number, paid_cents=10_000, write_off_cents=2_500)
    practice.post("adjustment", pat_num=patient, fields={"AdjAmt": -20.0, "ProcNum": number})
    elsewhere = {"AdjAmt": -7.0, "ProcNum": number, "ClinicNum": 999_999}
    practice.post("adjustment", pat_num=patient, fields=elsewhere)
    pms.post_payment(
        LedgerPayment(
            patient_id=plan.patient_id,
            amount_cents=3_000,
            day=AGREED,
            reference="cash/1",
            note="at the desk",
            prepayment=False,
            procedure_ids=(first.id,),
        )
    )
    after = account(pms, plan)[first.id]
    assert (after.insurance_cents, after.write_off_cents) == (10_000, 2_500)
    assert after.adjustments_cents == -2_000, "one of another clinic does not change the amount"
    assert after.prior_payments_cents == 3_000
    pms.post_payment(
        LedgerPayment(
            patient_id=plan.patient_id,
            amount_cents=4_000,
            day=AGREED,
            reference="pc_0123456789",
            note="payment plan",
            prepayment=False,
            procedure_ids=(first.id,),
        )
    )
    again = account(pms, plan)[first.id]
    assert again.prior_payments_cents == 3_000, "what we collected for a plan is no payment outside it"


def test_only_positive_adjustments_without_a_procedure_can_be_attached(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    patient = int(plan.patient_id)
    good = practice.post("adjustment", pat_num=patient, fields={"AdjAmt": 45.0})
    practice.post("adjustment", pat_num=patient, fields={"AdjAmt": -45.0})
    practice.post("adjustment", pat_num=patient, fields={"AdjAmt": 30.0, "ProcNum": int(plan.procedures[0].id)})
    found = [item for item in account(pms, plan).values() if item.adjustment]
    assert [(item.id, item.fee_cents, item.done) for item in found] == [(f"a{good['AdjNum']}", 4_500, True)]
    assert found[0].description == "Service charge"
    items = (PaymentPlanItem(id=plan.procedures[0].id), PaymentPlanItem(id=found[0].id))
    number = written(pms, a_draft(plan, items=items))
    assert isinstance(pms, PaymentPlans)
    assert pms.payment_plan(number).items == items
    assert account(pms, plan)[found[0].id].plan_id == number
    assert account(pms, plan)[plan.procedures[0].id].plan_id == number


def test_an_item_on_an_insurance_payment_plan_says_so(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    first = plan.procedures[0]
    assert not account(pms, plan)[first.id].on_insurance_plan
    practice.post("insurance_paid", proc_num=int(first.id), paid_cents=5_000, by_plan=True)
    assert account(pms, plan)[first.id].on_insurance_plan


def test_overrides_and_a_full_lock_are_written_though_a_locked_plan_takes_none(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    items = tuple(PaymentPlanItem(id=p.id, override_cents=1_000 + at) for at, p in enumerate(plan.procedures))
    draft = a_draft(plan, items=items, locked=True, apr=Decimal("9.9"), interest_from=date(2027, 2, 15))
    number = written(pms, draft)
    assert isinstance(pms, PaymentPlans)
    pms.change_payment_plan(number, draft)
    pms.change_payment_plan(number, draft)
    held = pms.payment_plan(number)
    assert (held.items, held.locked, held.apr) == (items, True, Decimal("9.9"))
    assert (held.interest_from, held.payment_cents) == (date(2027, 2, 15), 10_000)
    pms.change_payment_plan(number, draft.model_copy(update={"payment_cents": 5_000}))
    assert pms.payment_plan(number).payment_cents == 10_000, "a locked plan changes no more"


def test_what_the_vendor_lets_change_changes_and_the_rest_stays(practice: Practice, pms: Pms) -> None:
    _, plan = accepted(practice, pms)
    first, *others = plan.procedures
    draft = a_draft(plan, items=(PaymentPlanItem(id=first.id),), down_payment_cents=1_000)
    number = written(pms, draft)
    assert isinstance(pms, PaymentPlans)
    more: Sequence[str] = [item.id for item in others]
    wanted = draft.model_copy(
        update={
            "items": tuple(PaymentPlanItem(id=each) for each in (first.id, *more)),
            "payment_cents": 7_777,
            "frequency": "every_other_week",
            "first_due": date(2027, 2, 1),
            "down_payment_cents": 2_000,
            "treat_planned": "await_complete",
        }
    )
    pms.change_payment_plan(number, wanted)
    held = pms.payment_plan(number)
    assert (held.payment_cents, held.frequency) == (7_777, "every_other_week")
    assert {item.id for item in held.items} == {first.id, *more}
    assert (held.down_payment_cents, held.treat_planned) == (1_000, "treat_as_complete")
    assert held.first_due == FIRST, "the down payment is charged already"
    pms.change_payment_plan(number, wanted.model_copy(update={"items": ()}))
    kept = {item.id for item in pms.payment_plan(number).items}
    assert kept == {first.id}, "what was charged cannot be taken off"
    pms.close_payment_plan(number)
    pms.close_payment_plan(number)
    assert pms.payment_plan(number).closed


@pytest.mark.parametrize("cents", [999_999_900])
def test_an_override_above_what_is_owed_is_refused_and_shows(practice: Practice, pms: Pms, cents: int) -> None:
    _, plan = accepted(practice, pms)
    first = plan.procedures[0]
    number = written(pms, a_draft(plan, items=(PaymentPlanItem(id=first.id),)))
    assert isinstance(pms, PaymentPlans)
    pms.change_payment_plan(number, a_draft(plan, items=(PaymentPlanItem(id=first.id, override_cents=cents),)))
    assert pms.payment_plan(number).items == (PaymentPlanItem(id=first.id),)
