"""The APR of Appendix J: published examples, and the equation itself as a property."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.apr import Flow, annual_percentage_rate, apr_of_dates, unit_periods
from domain.payment_plan.frequency import Frequency


def _level(cents: int, count: int, fraction: Fraction = Fraction(0)) -> list[Flow]:
    return [Flow(cents, at, fraction) for at in range(1, count + 1)]


@pytest.mark.parametrize(
    ("advance", "payments", "apr"),
    [
        (500_000, _level(16_607, 36), "12.00"),
        (600_000, _level(20_000, 36, Fraction(19, 30)), "11.82"),
        (350_000, _level(15_625, 24), "6.71"),
    ],
)
def test_published_examples(advance: int, payments: list[Flow], apr: str) -> None:
    found = annual_percentage_rate([Flow(advance)], payments, 12)
    assert found.quantize(Decimal("0.01")) == Decimal(apr)


@given(
    st.integers(min_value=10_000, max_value=2_000_000),
    st.integers(min_value=1, max_value=60),
    st.integers(min_value=1, max_value=400),
    st.fractions(min_value=0, max_value=Fraction(29, 30), max_denominator=30),
)
def test_the_rate_makes_payments_worth_the_advance(advance: int, n: int, dearer: int, fraction: Fraction) -> None:
    payment = advance * (1_000 + dearer) // (1_000 * n) + 1
    apr = annual_percentage_rate([Flow(advance)], _level(payment, n, fraction), 12)
    low, high = (float(apr + step) / 1_200 for step in (Decimal("-0.0001"), Decimal("0.0001")))
    worth = [
        sum(payment / ((1 + float(fraction) * rate) * (1 + rate) ** at) for at in range(1, n + 1))
        for rate in (low, high)
    ]
    assert worth[1] <= advance + 1e-6
    assert worth[0] >= advance - 1e-6


@pytest.mark.parametrize(
    ("start", "end", "frequency", "whole", "fraction"),
    [
        (date(2026, 11, 21), date(2026, 12, 21), Frequency.MONTHLY, 1, Fraction(0)),
        (date(2026, 11, 21), date(2027, 1, 10), Frequency.MONTHLY, 1, Fraction(19, 30)),
        (date(2027, 1, 31), date(2027, 2, 28), Frequency.MONTHLY, 1, Fraction(0)),
        (date(2027, 1, 31), date(2027, 2, 27), Frequency.MONTHLY, 0, Fraction(27, 30)),
        (date(2026, 11, 21), date(2026, 12, 1), Frequency.WEEKLY, 1, Fraction(3, 7)),
        (date(2026, 11, 21), date(2027, 3, 31), Frequency.QUARTERLY, 1, Fraction(39, 90)),
        (date(2026, 11, 21), date(2026, 11, 21), Frequency.MONTHLY, 0, Fraction(0)),
    ],
)
def test_unit_periods_are_counted_back_from_the_later_date(
    start: date, end: date, frequency: Frequency, whole: int, fraction: Fraction
) -> None:
    assert unit_periods(start, end, frequency) == (whole, fraction)


def test_a_longer_first_period_lowers_the_rate() -> None:
    payments = [(date(2027, month, 15), 20_600) for month in range(1, 6)]
    soon = apr_of_dates(100_000, date(2026, 12, 15), payments, Frequency.MONTHLY)
    early = apr_of_dates(100_000, date(2026, 12, 1), payments, Frequency.MONTHLY)
    assert early < soon


def test_no_charge_is_no_rate_and_less_than_the_advance_is_an_error() -> None:
    assert annual_percentage_rate([Flow(600)], _level(100, 6), 12) == 0
    with pytest.raises(ValueError, match="do not repay"):
        annual_percentage_rate([Flow(601)], _level(100, 6), 12)


def test_a_rate_shown_with_two_decimals_was_rounded_once() -> None:
    """1,930.26 repaid quarterly, 38 times 78.55 from the second quarter on: 9.21496, which is 9.21."""
    payments = [Flow(7_855, at) for at in range(2, 40)]
    found = annual_percentage_rate([Flow(193_026)], payments, 4)
    assert found.quantize(Decimal("0.0001")) == Decimal("9.2150")
    assert found.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) == Decimal("9.21")


def test_a_loan_of_very_many_unit_periods_has_a_rate() -> None:
    payments = [Flow(1_000, at) for at in range(1, 1_501)]
    apr = annual_percentage_rate([Flow(500_000)], payments, 52)
    each = float(apr) / 5_200
    assert sum(1_000 / (1 + each) ** at for at in range(1, 1_501)) == pytest.approx(500_000, rel=1e-6)
