"""Old plans with a fixed schedule."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    # May (50.00) is prepaid whole; of the 2.00 left June's principal of 48.98 is made smaller, and bears on 100.00
    assert prepaid[0] == Period(date(2026, 6, 2), 4_698, 100)
    assert on_principal[0].date == date(2026, 5, 2)


@pytest.mark.parametrize(("mode", "interest"), [(Overpayment.PREPAY, 154), (Overpayment.PAY_ON_PRINCIPAL, 92)])
def test_what_is_paid_beyond_the_down_payment_is_overpaid(mode: Overpayment, interest: int) -> None:
    """Open Dental's own figures: 110.00, 10.00 down, 12 %, 25.00 a month, no interest on the first, 30.00 paid."""
    terms = Terms(FIRST, payment_cents=2_500, apr_percent=Decimal(12), down_payment_cents=1_000, no_interest_payments=1)
    assert sum(period.interest_cents for period in fixed_schedule(terms, 11_000)) == 154
    coming = recalculate(terms, [], 11_000, 3_000, mode)
    assert sum(period.interest_cents for period in coming) == interest
    assert sum(period.principal_cents for period in coming) == 8_000


@given(
    st.integers(1_000, 500_000),
    st.integers(0, 600_000),
    st.integers(2, 24),
    st.sampled_from(["0", "7.3", "24"]),
    st.integers(0, 3),
    st.sampled_from(Overpayment),
)
def test_overpaid_money_is_never_charged_again(
    principal: int, paid: int, count: int, apr: str, made: int, mode: Overpayment
) -> None:
    terms = Terms(FIRST, number_of_payments=count, apr_percent=Decimal(apr))
    charged = fixed_schedule(terms, principal)[:made]
    over = max(0, paid - sum(period.principal_cents + period.interest_cents for period in charged))
    left = principal - sum(period.principal_cents for period in charged)
    coming = recalculate(terms, charged, principal, paid, mode)
    assert sum(period.principal_cents for period in coming) == max(0, left - over)
    assert all(period.principal_cents >= 0 and period.interest_cents >= 0 for period in coming)


def test_close_out_and_negative_adjustment() -> None:
    assert close_out_cents(50_000, 20_000, 80_000, 70_000) == 40_000
    assert close_out_cents(50_000, 20_000, 80_000, 90_000) == 50_000
    charges = [Period(FIRST, 100, 5), Period(FIRST, 100, 0), Period(FIRST, 30, 0)]
    assert apply_negative_adjustment(charges, -60) == [Period(FIRST, 100, 5), Period(FIRST, 70, 0)]
