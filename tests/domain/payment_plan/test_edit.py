"""Editing by hand: what moves, what stays, what is refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.payment_plan.change import attach_production, change_terms, override_amount, remove_production
from domain.payment_plan.edit import (
    ChargeEdit,
    EditRefusedError,
    add_charge,
    delete_charge,
    edit_coming,
    edit_item_coming,
    edit_posted,
    edit_projected,
    zero_out,
)
from domain.payment_plan.plan import PaymentPlan, PaymentSplit, SplitKind
from domain.payment_plan.posting import post_due
from domain.payment_plan.production import ProductionKind
from domain.payment_plan.schedule import expected_charges, expected_periods
from domain.payment_plan.terms import OfficePolicy
from tests.domain.payment_plan.plans import TODAY, item, plan_of

DUE = date(2026, 4, 2)
POLICY = OfficePolicy()


def _dates(plan: PaymentPlan, today: date = TODAY) -> list[tuple[int, int]]:
    return [(period.date.month, period.principal_cents) for period in expected_periods(plan, today)]


def test_lowering_a_projected_charge_moves_the_rest_to_the_end() -> None:
    plan = edit_projected(plan_of(30_000), TODAY, 1, ChargeEdit(principal_cents=4_000))
    assert [(charge.date.month, charge.principal_cents) for charge in plan.charges] == [(5, 4_000)]
    assert _dates(plan) == [(4, 10_000), (6, 10_000), (7, 6_000)]


def test_moving_a_charge_onto_a_due_date_takes_that_date() -> None:
    plan = edit_projected(plan_of(30_000), TODAY, 2, ChargeEdit(to_date=date(2026, 5, 2)))
    assert _dates(plan) == [(4, 10_000), (6, 10_000)]


def test_editing_one_of_two_rows_of_a_date_moves_the_other_to_the_end() -> None:
    before = plan_of(15_000, 15_000)
    assert [(c.date.month, c.item_id, c.principal_cents) for c in expected_charges(before, TODAY)][1:3] == [
        (5, "p1", 5_000),
        (5, "p2", 5_000),
    ]
    plan = edit_projected(before, TODAY, 1, ChargeEdit(principal_cents=1_000))
    assert [(c.item_id, c.principal_cents) for c in plan.charges] == [("p1", 1_000)]
    assert _dates(plan) == [(4, 10_000), (6, 10_000), (7, 9_000)]


def test_one_item_of_a_coming_date_is_found_by_its_name() -> None:
    may = date(2026, 5, 2)
    plan = edit_item_coming(plan_of(15_000, 15_000), TODAY, may, "p2", ChargeEdit(principal_cents=2_000))
    assert [(c.item_id, c.principal_cents) for c in plan.charges] == [("p2", 2_000)]
    with pytest.raises(EditRefusedError, match="nothing of this item"):
        edit_item_coming(plan_of(15_000, 15_000), TODAY, DUE, "p2", ChargeEdit())


def test_editing_all_rows_of_a_date_keeps_them_on_it() -> None:
    plan = edit_coming(plan_of(15_000, 15_000), TODAY, date(2026, 5, 2), ChargeEdit(principal_cents=6_000))
    assert [(c.item_id, c.principal_cents) for c in plan.charges] == [("p1", 5_000), ("p2", 1_000)]
    assert _dates(plan) == [(4, 10_000), (6, 10_000), (7, 4_000)]
    with pytest.raises(EditRefusedError, match=r"\$0.00 to \$100.00"):
        edit_coming(plan_of(15_000, 15_000), TODAY, date(2026, 5, 2), ChargeEdit(principal_cents=10_001))


def test_a_projected_row_only_goes_down() -> None:
    with pytest.raises(EditRefusedError, match=r"\$0.00 to \$50.00"):
        edit_projected(plan_of(15_000, 15_000), TODAY, 2, ChargeEdit(principal_cents=5_001))


def test_moving_one_of_two_rows_leaves_the_old_date_to_a_period() -> None:
    plan = edit_projected(plan_of(15_000, 15_000), TODAY, 2, ChargeEdit(to_date=date(2026, 5, 9)))
    assert [(c.date.day, c.item_id, c.principal_cents) for c in plan.charges] == [(9, "p2", 5_000)]
    assert _dates(plan) == [(4, 10_000), (5, 10_000), (6, 5_000)]


def test_zeroed_charges_keep_their_date() -> None:
    plan = zero_out(plan_of(20_000), TODAY, DUE)
    assert _dates(plan) == [(5, 10_000), (6, 10_000)]
    posted = zero_out(post_due(plan_of(20_000), DUE), DUE, DUE)
    assert _dates(posted, DUE) == [(5, 10_000), (6, 10_000)]


def test_a_deleted_charge_moves_to_the_end() -> None:
    plan = post_due(post_due(plan_of(40_000), DUE), date(2026, 5, 2))
    less = delete_charge(plan, date(2026, 5, 20), plan.charges[0].number)
    assert _dates(less, date(2026, 5, 20)) == [(6, 10_000), (7, 10_000), (8, 10_000)]


def test_deleting_one_of_two_rows_of_a_date_moves_it_to_the_end() -> None:
    may = date(2026, 5, 2)
    plan = post_due(post_due(plan_of(15_000, 15_000), DUE), may)
    less = delete_charge(plan, date(2026, 5, 20), plan.charges[1].number)
    assert [(c.date.month, c.item_id) for c in less.charges] == [(4, "p1"), (5, "p2")]
    assert _dates(less, date(2026, 5, 20)) == [(6, 10_000), (7, 5_000)]


def test_deleting_both_rows_of_today_posts_the_date_once() -> None:
    plan = post_due(plan_of(5_000, 15_000), DUE)
    for charge in plan.charges:
        plan = delete_charge(plan, DUE, charge.number)
    assert _dates(plan, DUE) == [(4, 10_000), (5, 10_000)]
    assert [(c.item_id, c.principal_cents) for c in post_due(plan, DUE).charges] == [("p1", 5_000), ("p2", 5_000)]


def test_the_only_charge_billed_keeps_its_date() -> None:
    plan = post_due(plan_of(20_000), DUE)
    less = delete_charge(plan, date(2026, 4, 20), plan.charges[0].number)
    assert [period.date for period in expected_periods(less, date(2026, 4, 20))] == [DUE, date(2026, 5, 2)]
    assert [charge.date for charge in post_due(less, date(2026, 4, 20)).charges] == [DUE]


def test_a_charge_of_today_posts_again_with_the_changed_terms() -> None:
    plan = post_due(plan_of(20_000), DUE)
    less = delete_charge(plan, DUE, plan.charges[0].number)
    changed = change_terms(less, replace(less.terms, payment_cents=4_000), DUE, POLICY)
    assert [(charge.date, charge.principal_cents) for charge in post_due(changed, DUE).charges] == [(DUE, 4_000)]


def test_an_added_charge_shortens_the_schedule_and_costs_nothing() -> None:
    plan = add_charge(plan_of(30_000), TODAY, date(2026, 3, 10), "extra")
    assert [(charge.date, charge.note) for charge in plan.charges] == [(date(2026, 3, 10), "extra")]
    assert _dates(plan) == [(4, 10_000), (5, 10_000)]


def test_a_posted_charge_may_take_what_its_item_has_left() -> None:
    plan = post_due(plan_of(30_000), DUE)
    number = plan.charges[0].number
    assert edit_posted(plan, number, ChargeEdit(principal_cents=30_000)).charges[0].principal_cents == 30_000
    with pytest.raises(EditRefusedError, match=r"\$0.00 to \$300.00"):
        edit_posted(plan, number, ChargeEdit(principal_cents=30_001))


def test_down_payments_and_paid_charges_cannot_be_changed() -> None:
    plan = post_due(plan_of(30_000, down_payment_cents=1_000), DUE)
    down, period = plan.charges
    with pytest.raises(EditRefusedError, match="down payment"):
        delete_charge(plan, DUE, down.number)
    paid = plan.with_splits([PaymentSplit(500, SplitKind.PRINCIPAL, DUE, period.number)])
    with pytest.raises(EditRefusedError, match="has payments"):
        edit_posted(paid, period.number, ChargeEdit(principal_cents=1))
    with pytest.raises(EditRefusedError, match="Down Payment"):
        edit_posted(plan, period.number, ChargeEdit(note="my Down payment"))


def test_nothing_changes_on_a_locked_or_closed_plan() -> None:
    locked = plan_of(30_000, locked=True)
    with pytest.raises(EditRefusedError, match="full lock"):
        zero_out(locked, TODAY, DUE)
    with pytest.raises(EditRefusedError, match="full lock"):
        attach_production(locked, item("x", 100))
    with pytest.raises(EditRefusedError, match="closed"):
        add_charge(replace(plan_of(30_000), closed_on=TODAY), TODAY, DUE)


def test_production_may_be_on_one_plan_only() -> None:
    plan = plan_of(30_000)
    with pytest.raises(EditRefusedError, match="already on payment plan 77"):
        attach_production(plan, item("x", 100), other_plan="77")
    with pytest.raises(EditRefusedError, match="this one"):
        attach_production(plan, item("p1", 100))
    with pytest.raises(EditRefusedError, match="negative"):
        attach_production(plan, replace(item("x", -100), kind=ProductionKind.ADJUSTMENT))


def test_removing_production_takes_its_charges_unless_paid() -> None:
    plan = post_due(plan_of(8_000, 20_000), DUE)
    without = remove_production(plan, "p1")
    assert [(charge.item_id, charge.principal_cents) for charge in without.charges] == [("p2", 2_000)]
    paid = plan.with_splits([PaymentSplit(100, SplitKind.PRINCIPAL, DUE, plan.charges[0].number)])
    with pytest.raises(EditRefusedError, match="has payments"):
        remove_production(paid, "p1")


def test_an_override_of_zero_goes_back_to_the_amount() -> None:
    plan = override_amount(plan_of(30_000), "p1", 12_000)
    assert plan.principal_cents == 12_000
    assert override_amount(plan, "p1", 0).principal_cents == 30_000


def test_changed_terms_leave_posted_charges_and_name_every_problem() -> None:
    plan = post_due(plan_of(30_000), DUE)
    changed = change_terms(plan, replace(plan.terms, payment_cents=None, number_of_payments=4), DUE, POLICY)
    assert changed.charges == plan.charges
    assert [cents for _, cents in _dates(changed, DUE)] == [5_000] * 4
    with_down = plan_of(30_000, down_payment_cents=6_000)
    fewer = change_terms(with_down, replace(with_down.terms, payment_cents=None, number_of_payments=2), TODAY, POLICY)
    assert [cents for _, cents in _dates(fewer)] == [12_000] * 2
    with pytest.raises(EditRefusedError, match="down payment is posted"):
        change_terms(with_down, replace(with_down.terms, down_payment_cents=1), TODAY, POLICY)
    wrong = replace(plan.terms, payment_cents=None, apr_percent=Decimal(5), down_payment_cents=10**9)
    with pytest.raises(EditRefusedError, match=r"(?s)only one.*down payment.*full lock"):
        change_terms(plan, wrong, DUE, POLICY)
