"""Where the PMS holds other terms than were signed, each with its reason."""

from datetime import date
from decimal import Decimal

import pytest

from connectors.plan_roles import PaymentPlanItem, PaymentPlanTerms
from domain.payment_plan.plan import PaymentPlan
from domain.plan_records import PlanRecord, PlanState
from loops.plan_writing import (
    CLOSED,
    LOCKED,
    NEVER_CHANGES,
    NO_MORE_THAN_OWED,
    NOT_ATTACHED,
    NOT_TAKEN_OFF,
    ONCE_CHARGED,
    OTHERWISE,
    pms_draft,
    term_differences,
)
from tests.db.plan_samples import TODAY, a_plan, a_proposal, an_item

ONE = PaymentPlanItem(id="1")


def at_work() -> PlanRecord:
    proposal = a_proposal(an_item(1), an_item(2), number_of_payments=None, payment_cents=30_000)
    plan = PaymentPlan(proposal.terms, proposal.production)
    return a_plan(plan=plan, proposal=None, state=PlanState.ACTIVE, signed_version=1)


def same(plan: PlanRecord) -> PaymentPlanTerms:
    draft = pms_draft(plan)
    assert draft is not None
    return PaymentPlanTerms(
        payment_cents=draft.payment_cents,
        down_payment_cents=draft.down_payment_cents,
        apr=Decimal("0.0"),
        agreed_on=draft.agreed_on,
        first_due=draft.first_due,
        interest_from=None,
        frequency=draft.frequency,
        treat_planned=draft.treat_planned,
        guarantor_id=draft.patient_id,
        locked=False,
        closed=False,
        items=draft.items,
    )


def test_the_same_terms_give_no_row() -> None:
    plan = at_work()
    assert term_differences(plan, same(plan), TODAY) == []


@pytest.mark.parametrize(
    ("change", "name", "why"),
    [
        ({"payment_cents": 1}, "payment", OTHERWISE),
        ({"payment_cents": 1, "locked": True}, "payment", LOCKED),
        ({"down_payment_cents": 5}, "down payment", NEVER_CHANGES),
        ({"treat_planned": "treat_as_complete"}, "planned work", NEVER_CHANGES),
        ({"first_due": date(2027, 1, 1)}, "first payment", ONCE_CHARGED),
        ({"guarantor_id": "9"}, "guarantor", ONCE_CHARGED),
        ({"frequency": "weekly"}, "frequency", OTHERWISE),
        ({"apr": Decimal(5)}, "APR", OTHERWISE),
        ({"closed": True}, "open", CLOSED),
        ({"items": (ONE,)}, "item 2", NOT_ATTACHED),
        ({"items": tuple(PaymentPlanItem(id=each) for each in "123")}, "item 3", NOT_TAKEN_OFF),
        ({"items": (ONE, PaymentPlanItem(id="2", override_cents=5))}, "override 2", NO_MORE_THAN_OWED),
    ],
)  # fmt: skip
def test_each_difference_is_a_row_with_its_reason(change: dict[str, object], name: str, why: str) -> None:
    plan = at_work()
    rows = term_differences(plan, same(plan).model_copy(update=change), TODAY)
    assert {row.name: row.explanation for row in rows}[name] == why


def test_a_draft_and_a_closed_plan_are_not_compared() -> None:
    plan = at_work()
    other = same(plan).model_copy(update={"payment_cents": 1})
    assert term_differences(plan.model_copy(update={"state": PlanState.CLOSED}), other, TODAY) == []
    assert term_differences(a_plan(), other, TODAY) == []
