"""Old plans with a fixed schedule."""

from datetime import date
from decimal import Decimal

from domain.payment_plan.balance import Overpayment
from domain.payment_plan.interest import Period
from domain.payment_plan.old_plan import apply_negative_adjustment, close_out_cents, fixed_schedule, recalculate
from domain.payment_plan.terms import Terms

FIRST = date(2026, 4, 2)


def test_the_last_of_a_count_takes_all_the_rest() -> None:
    periods = fixed_schedule(Terms(FIRST, number_of_payments=12, apr_percent=Decimal("7.3")), 99_999)
    assert len(periods) == 12
    assert sum(period.principal_cents for period in periods) == 99_999


def test_recalculating_on_principal_or_as_prepayment() -> None:
    terms = Terms(FIRST, payment_cents=5_000, apr_percent=Decimal(12))
    first = fixed_schedule(terms, 20_000)[:1]
    on_principal = recalculate(terms, first, 20_000, 10_200, Overpayment.PAY_ON_PRINCIPAL)
    assert [(p.principal_cents, p.interest_cents) for p in on_principal] == [(4_900, 100), (4_949, 51), (151, 2)]
    prepaid = recalculate(terms, first, 20_000, 10_200, Overpayment.PREPAY)
    assert prepaid[0] == Period(date(2026, 6, 2), 4_800, 0)
    assert on_principal[0].date == date(2026, 5, 2)


def test_close_out_and_negative_adjustment() -> None:
    assert close_out_cents(50_000, 20_000, 80_000, 70_000) == 40_000
    assert close_out_cents(50_000, 20_000, 80_000, 90_000) == 50_000
    charges = [Period(FIRST, 100, 5), Period(FIRST, 100, 0), Period(FIRST, 30, 0)]
    assert apply_negative_adjustment(charges, -60) == [Period(FIRST, 100, 5), Period(FIRST, 70, 0)]
