"""Interest and payment size against a slow independent reckoning in exact decimals and fractions."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import count

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from domain.payment_plan.frequency import Frequency, period_dates
from domain.payment_plan.interest import (
    PaymentTooSmallError,
    amortize,
    interest_cents,
    is_exact_half,
    payment_for_count,
    period_rate,
)

APRS = st.decimals(min_value=0, max_value=36, places=3)
FIRST = date(2027, 1, 31)


def _slow_interest(base: int, apr: Decimal, per_year: int) -> int:
    exact = Fraction(base) * Fraction(apr) / 100 / per_year
    whole = Decimal(exact.numerator * 10**12 // exact.denominator) / 10**12
    if exact.denominator in (1, 2):  # exact halves must not be lost to the cut above
        whole = Decimal(exact.numerator) / exact.denominator
    return int(whole.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


@given(st.integers(min_value=0, max_value=10**8), APRS)
def test_interest_is_exact(base: int, apr: Decimal) -> None:
    assert interest_cents(base, period_rate(apr, Frequency.MONTHLY)) == _slow_interest(base, apr, 12)


@given(
    st.integers(min_value=1_000, max_value=5_000_000),
    APRS,
    st.integers(min_value=1, max_value=120),
    st.none() | st.integers(min_value=0, max_value=8),
)
def test_schedule_agrees_with_a_slow_reckoning(principal: int, apr: Decimal, n: int, free: int | None) -> None:
    rate = period_rate(apr, Frequency.MONTHLY)
    payment = payment_for_count(principal, rate, n)
    start = None if free is None else FIRST + relativedelta(months=free)
    left, expected = principal, []
    for index in count():
        if left == 0:
            break
        day = FIRST + relativedelta(months=index)
        interest = 0 if start and day < start else _slow_interest(left, apr, 12)
        part = min(left, payment - interest)
        expected.append((day, part, interest))
        left -= part
    assert amortize(principal, rate, payment, period_dates(Frequency.MONTHLY, FIRST), start) == expected


@given(st.integers(min_value=1, max_value=10**8), APRS, st.integers(min_value=1, max_value=120))
def test_payment_is_the_smallest_whole_cent_that_repays(principal: int, apr: Decimal, n: int) -> None:
    rate = period_rate(apr, Frequency.QUARTERLY)
    payment = payment_for_count(principal, rate, n)
    assert _left_after(principal, Fraction(*rate), payment, n) <= 0
    assert _left_after(principal, Fraction(*rate), payment - 1, n) > 0


def _left_after(principal: int, rate: Fraction, payment: int, n: int) -> Fraction:
    """Unrounded balance after n payments."""
    growth = (1 + rate) ** n
    paid = payment * n if rate == 0 else payment * (growth - 1) / rate
    return principal * growth - paid


def test_exact_half_cents_are_known() -> None:
    """76.20 at 10 % a year is 63.5 cents a month, the one figure where a published example differs by a cent."""
    rate = period_rate(Decimal(10), Frequency.MONTHLY)
    assert is_exact_half(7_620, rate)
    assert interest_cents(7_620, rate) == 64
    assert not is_exact_half(7_621, rate)


@pytest.mark.parametrize("payment", [99, 100])
def test_a_payment_that_only_meets_the_interest_is_an_error(payment: int) -> None:
    rate = period_rate(Decimal(12), Frequency.MONTHLY)
    with pytest.raises(PaymentTooSmallError, match="raise the payment"):
        amortize(10_000, rate, payment, period_dates(Frequency.MONTHLY, FIRST))


def test_refuses_a_count_of_nothing() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        payment_for_count(100, period_rate(Decimal(0), Frequency.WEEKLY), 0)
