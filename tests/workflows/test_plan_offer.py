"""What an offer froze is what is signed and printed."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from domain.plan_life import PlanRefusedError
from domain.plan_records import PlanState
from tests.stack import Stack
from tests.workflows.plan_office import TYPED, a_plan


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


async def test_the_signed_paper_names_whom_the_offer_named(stack: Stack) -> None:
    plan = await a_plan(stack, number_of_payments=6)
    desk, plans = stack.parts.plans.desk, stack.parts.plans.plans
    version = desk.offer(plan.plan_id, "paula")
    assert version.parties is not None
    named = version.parties.guarantor
    charged = version.model_copy(update={"shown": replace(version.shown, finance_charge_cents=1)})
    plans.save(plan.row, [], version=charged)
    with pytest.raises(PlanRefusedError, match="does not allow a finance charge any more"):
        desk.sign(plan.plan_id, 1, version.agreement_sha256, TYPED)
    plans.save(plan.row, [], version=version)
    moved = plan.row.model_copy(update={"first_name": "Somebody", "last_name": "Else"})
    plans.save(moved, [])
    desk.sign(plan.plan_id, 1, version.agreement_sha256, TYPED)
    kept = plans.version(plan.plan_id, 1)
    assert kept is not None
    assert kept.parties == version.parties
    assert named in text_of(kept.signed_agreement)
    assert "Somebody" not in text_of(kept.signed_agreement)


async def test_another_payer_withdraws_the_offer_and_a_signed_plan_keeps_its_own(stack: Stack) -> None:
    plan = await a_plan(stack)
    other = await a_plan(stack, "implant")
    desk, plans = stack.parts.plans.desk, stack.parts.plans.plans
    version = desk.offer(plan.plan_id, "paula")
    assert plan.row.debit_patient_id == plan.row.patient_id, "the family's own guarantor has no debits of their own"
    desk.describe(plan.plan_id, "paula", guarantor_id=other.row.patient_id)
    assert plan.row.state is PlanState.DRAFT
    outside = other.row.patient_id
    assert (plan.row.guarantor_id, plan.row.debit_patient_id) == (outside, outside)
    kept = plans.version(plan.plan_id, 1)
    assert kept is not None
    assert kept.withdrawn_at is not None
    with pytest.raises(PlanRefusedError):
        desk.sign(plan.plan_id, 1, version.agreement_sha256, TYPED)
    plan.offer_and_sign()
    with pytest.raises(PlanRefusedError, match="part of what was signed"):
        desk.describe(plan.plan_id, "paula", guarantor_id=plan.row.patient_id)


async def test_deleting_withdraws_the_offer(stack: Stack) -> None:
    plan = await a_plan(stack)
    desk = stack.parts.plans.desk
    version = desk.offer(plan.plan_id, "paula")
    desk.delete(plan.plan_id, "paula")
    with pytest.raises(PlanRefusedError, match="deleted"):
        desk.sign(plan.plan_id, 1, version.agreement_sha256, TYPED)
    assert plan.row.state is PlanState.DELETED
    assert all(each.withdrawn_at for each in stack.parts.plans.plans.versions(plan.plan_id))


async def test_a_card_is_charged_only_when_that_was_signed(stack: Stack) -> None:
    plan = await a_plan(stack)
    desk = stack.parts.plans.desk
    desk.describe(plan.plan_id, "paula", autopay=False)
    plan.offer_and_sign()
    with pytest.raises(PlanRefusedError, match="not part of what was signed"):
        desk.describe(plan.plan_id, "paula", autopay=True)
