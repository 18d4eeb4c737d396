"""The plan as a value: numbered charges, money held, and a form that can be stored."""

from datetime import date

import pytest
from pydantic import TypeAdapter

from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan, PaymentSplit, SplitKind
from domain.payment_plan.posting import post_due
from tests.domain.payment_plan.plans import TODAY, plan_of


def test_a_plan_can_be_stored_as_json_and_read_back() -> None:
    plan = post_due(plan_of(30_000, 12_000, down_payment_cents=500), date(2026, 5, 3))
    plan = plan.with_splits([PaymentSplit(100, SplitKind.INTEREST, TODAY, 2)])
    stored = TypeAdapter(PaymentPlan)
    assert stored.validate_json(stored.dump_json(plan)) == plan


def test_charges_get_the_next_number_and_the_note_of_their_kind() -> None:
    plan = plan_of(30_000).with_charges([Charge(TODAY, "p1", 100), Charge(TODAY, "p1", 100, kind=ChargeKind.CLOSE_OUT)])
    assert [(charge.number, charge.note) for charge in plan.charges] == [(1, ""), (2, "Close Out Charge")]
    assert plan.charge(2).kind is ChargeKind.CLOSE_OUT
    with pytest.raises(KeyError, match="charge 3"):
        plan.charge(3)
    with pytest.raises(KeyError, match="'p9'"):
        plan.item("p9")


def test_money_held_by_kind_and_day() -> None:
    plan = plan_of(30_000).with_splits(
        [
            PaymentSplit(500, SplitKind.PREPAYMENT, TODAY),
            PaymentSplit(-200, SplitKind.PREPAYMENT, date(2026, 5, 1)),
            PaymentSplit(0, SplitKind.PREPAYMENT, TODAY),
        ]
    )
    assert plan.held_cents(SplitKind.PREPAYMENT) == 300
    assert plan.held_cents(SplitKind.PREPAYMENT, TODAY) == 500
    assert len(plan.splits) == 2
