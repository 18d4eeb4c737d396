"""When the box must be shown, and what is in it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.payment_plan.disclosure import credit_sale
from domain.payment_plan.frequency import Frequency
from domain.reg_z import CreditSale, disclosure_required, needs_box, truth_in_lending
from tests.domain.payment_plan.plans import TODAY, item, plan_of

AGREED = date(2026, 12, 15)


def _sale(cash: int, down: int, cents: int, count: int) -> CreditSale:
    payments = tuple((date(2027 + at // 12, at % 12 + 1, 15), cents) for at in range(count))
    return CreditSale(cash, down, AGREED, payments, Frequency.MONTHLY)


@pytest.mark.parametrize(
    ("charge", "installments", "required"), [(0, 4, False), (0, 5, True), (1, 1, True), (0, 1, False)]
)
def test_required_for_any_charge_or_more_than_four_installments(charge: int, installments: int, required: bool) -> None:
    assert disclosure_required(charge, installments) is required


def test_a_cash_discount_hides_a_finance_charge() -> None:
    """A published example: cash price 4,750, 1,250 down, 24 payments of 156.25."""
    box = truth_in_lending(_sale(475_000, 125_000, 15_625, 24))
    assert box.amount_financed_cents == 350_000
    assert box.finance_charge_cents == 25_000
    assert box.apr_percent == Decimal("6.71")
    assert box.total_of_payments_cents == 375_000
    assert box.total_sale_price_cents == 500_000
    assert box.payment_rows() == ["24 payments of $156.25, every month from 2027-01-15"]


def test_down_payment_is_no_installment() -> None:
    assert not needs_box(_sale(50_000, 10_000, 10_000, 4))


def test_a_smaller_last_payment_has_a_row_of_its_own() -> None:
    plan = plan_of(25_000)
    box = truth_in_lending(credit_sale(plan, TODAY))
    assert box.payment_rows() == [
        "2 payments of $100.00, every month from 2026-04-02",
        "1 payment of $50.00 on 2026-06-02",
    ]
    assert box.apr_percent == 0


def test_planned_work_counts_in_the_disclosure_though_it_awaits_completion() -> None:
    plan = plan_of(20_000)
    planned = (*plan.production, item("later", 30_000, "TP"))
    sale = credit_sale(replace(plan, production=planned), TODAY)
    assert sale.total_of_payments_cents == 50_000
    assert len(sale.payments) == 5
    assert needs_box(sale)


def test_nothing_financed_has_no_box() -> None:
    with pytest.raises(ValueError, match="nothing is financed"):
        truth_in_lending(_sale(10_000, 10_000, 100, 1))
