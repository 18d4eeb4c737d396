"""Overpayment, closing, overcharges and loan totals."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.payment_plan.balance import Overpayment, balance
from domain.payment_plan.close import close, reopen
from domain.payment_plan.overcharge import mend_overcharge, offset_charges, overcharged_cents
from domain.payment_plan.paid import dues, money_of
from domain.payment_plan.plan import Charge, ChargeKind, PaymentPlan, PaymentSplit, SplitKind
from domain.payment_plan.posting import post_due
from domain.payment_plan.schedule import expected_periods
from domain.payment_plan.totals import loan_totals
from tests.domain.payment_plan.plans import TODAY, plan_of

DUE = date(2026, 4, 2)


def _paid(plan: PaymentPlan, *splits: tuple[int, SplitKind]) -> PaymentPlan:
    return plan.with_splits(PaymentSplit(cents, kind, DUE) for cents, kind in splits)


def _posted() -> PaymentPlan:
    """300.00 at 12 %, 100.00 a month, the first month posted: 97.00 and 3.00."""
    return post_due(plan_of(30_000, apr_percent=Decimal(12)), DUE)


@pytest.mark.parametrize("mode", list(Overpayment))
def test_nothing_moves_when_nothing_is_overpaid(mode: Overpayment) -> None:
    plan = _paid(_posted(), (9_700, SplitKind.PRINCIPAL), (200, SplitKind.INTEREST))
    assert balance(plan, DUE, mode).plan == plan


def test_overpaid_interest_first_refills_principal_then_prepays() -> None:
    plan = _paid(_posted(), (9_000, SplitKind.PRINCIPAL), (1_500, SplitKind.INTEREST))
    done = balance(plan, DUE, Overpayment.PREPAY)
    assert (done.retyped_cents, done.to_prepayment_cents, done.to_unearned_cents) == (700, 500, 0)
    assert dues(done.plan.charges, money_of(done.plan.splits))[0].total_cents == 0
    assert done.plan.held_cents(SplitKind.INTEREST) == 300


def test_pay_on_principal_makes_a_charge_without_interest_and_lowers_the_interest_to_come() -> None:
    plan = _paid(_posted(), (14_000, SplitKind.UNKNOWN))
    done = balance(plan, DUE, Overpayment.PAY_ON_PRINCIPAL)
    (charge,) = done.charges
    assert (charge.principal_cents, charge.interest_cents, charge.date) == (4_000, 0, DUE)
    assert charge.kind is ChargeKind.PAY_ON_PRINCIPAL
    assert [period.interest_cents for period in expected_periods(done.plan, DUE)] == [163, 65]
    prepaid = balance(plan, DUE, Overpayment.PREPAY).plan
    assert [period.interest_cents for period in expected_periods(prepaid, DUE)] == [203, 105, 6]


def test_more_than_the_plan_can_use_becomes_unearned() -> None:
    plan = _paid(_posted(), (50_000, SplitKind.UNKNOWN))
    principal = balance(plan, DUE, Overpayment.PAY_ON_PRINCIPAL)
    assert (principal.charges[0].principal_cents, principal.to_unearned_cents) == (20_300, 19_700)
    prepaid = balance(plan, DUE, Overpayment.PREPAY)
    assert prepaid.to_unearned_cents == 40_000 - (20_300 + 203 + 105 + 6)


def test_closing_detaches_what_was_never_charged_and_ends_future_interest() -> None:
    plan = post_due(plan_of(30_000, 50_000, apr_percent=Decimal(12)), DUE)
    plan = _paid(plan, (1_000, SplitKind.PREPAYMENT))
    done = close(plan, date(2026, 4, 20))
    assert done.detached == ("p2",)
    assert [(c.principal_cents, c.interest_cents, c.note) for c in done.charges] == [(20_800, 0, "Close Out Charge")]
    assert done.plan.held_cents(SplitKind.PREPAYMENT) == 0
    assert (done.plan.held_cents(SplitKind.INTEREST), done.plan.held_cents(SplitKind.PRINCIPAL)) == (800, 200)
    assert loan_totals(done.plan, date(2026, 4, 20)).total_cost_cents == 30_000 + 800


def test_closing_dates_future_charges_today_and_reopening_brings_no_missed_days() -> None:
    plan = post_due(plan_of(30_000), DUE).with_charges([Charge(date(2026, 9, 9), "p1", 5_000)])
    done = close(plan, date(2026, 4, 20)).plan
    assert max(charge.date for charge in done.charges) == date(2026, 4, 20)
    again = reopen(done, date(2026, 8, 1))
    assert not again.is_closed
    assert expected_periods(again, date(2026, 8, 1)) == []
    assert post_due(again, date(2026, 8, 2)).charges == done.charges


def test_an_overcharge_is_counted_over_the_whole_plan() -> None:
    plan = post_due(post_due(plan_of(8_000, 20_000), DUE), date(2026, 5, 2))
    cheaper = replace(plan.production[0], insurance_cents=5_000)
    changed = replace(plan, production=(cheaper, plan.production[1]))
    assert overcharged_cents(changed, DUE) == 0
    dearer = replace(plan.production[0], insurance_cents=8_000, adjustments_cents=-1_000)
    over = replace(plan, production=(dearer, replace(plan.production[1], fee_cents=12_000)))
    assert overcharged_cents(over, date(2026, 5, 2)) == 9_000
    assert [charge.principal_cents for charge in offset_charges(over, DUE)] == [-9_000]
    mended = mend_overcharge(over, date(2026, 5, 2))
    assert overcharged_cents(mended, date(2026, 5, 2)) == 0
    assert mended.charges[-1].kind is ChargeKind.OFFSET


def test_a_plan_that_has_not_begun_is_never_overcharged() -> None:
    plan = plan_of(10_000, down_payment_cents=6_000)
    cheaper = replace(plan, production=(replace(plan.production[0], fee_cents=1_000),))
    assert overcharged_cents(cheaper, TODAY) == 0
    assert overcharged_cents(cheaper, DUE) == 5_000


def test_nobody_is_overcharged_more_than_was_charged() -> None:
    """Insurance that pays more than the fee makes the work worth less than nothing; only charges can be taken off."""
    plan = plan_of(10_000)
    worthless = replace(plan, production=(replace(plan.production[0], insurance_cents=12_000),))
    assert overcharged_cents(worthless, DUE) == 0
    assert mend_overcharge(worthless, DUE).charges == ()
    posted = replace(post_due(plan, DUE), production=worthless.production)
    assert overcharged_cents(posted, DUE) == 10_000


def test_loan_totals_on_a_day() -> None:
    plan = _paid(_posted(), (9_000, SplitKind.UNKNOWN))
    totals = loan_totals(plan, DUE)
    assert totals.total_cost_cents == 30_000 + 300 + 203 + 105 + 6
    assert (totals.accumulated_due_cents, totals.paid_cents, totals.balance_due_cents) == (10_000, 9_000, 1_000)
    assert (totals.principal_paid_cents, totals.interest_paid_cents) == (8_700, 300)
    assert (totals.tx_completed_cents, totals.total_tx_cents) == (30_000, 30_000)
