"""The annual percentage rate by the actuarial method of Regulation Z, Appendix J (12 CFR 1026).

Each advance and payment lies a whole number of unit-periods and a fraction of one after the first advance. A fraction
is discounted by simple interest, whole unit-periods by compounding: A / ((1 + f*i) * (1 + i)^t).
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from domain.money import Cents
from domain.payment_plan.frequency import PERIODS_PER_YEAR, Frequency, period_date

HIGHEST_RATE = 1e6
"""Bound of the search: a rate of a unit-period above this is no credit that the method can speak of."""

REGULAR_TOLERANCE = Decimal("0.125")
IRREGULAR_TOLERANCE = Decimal("0.25")
"""How far a disclosed APR may be off, in percentage points (12 CFR 1026.22(a))."""

_DAYS_IN_MONTH, _DAYS_IN_YEAR, _YEAR = 30, 365, 12
_DAYS = {Frequency.WEEKLY: 7, Frequency.EVERY_OTHER_WEEK: 14}
_MONTHS = {Frequency.MONTHLY: 1, Frequency.ORDINAL_WEEKDAY: 1, Frequency.QUARTERLY: 3}


@dataclass(frozen=True, slots=True)
class Flow:
    """An advance or a payment, `periods` whole unit-periods and `fraction` of one after the first advance."""

    amount_cents: Cents
    periods: int = 0
    fraction: Fraction = Fraction(0)


def annual_percentage_rate(
    advances: Sequence[Flow], payments: Sequence[Flow], unit_periods_per_year: Fraction | int
) -> Decimal:
    """The APR in per cent, to eight decimals, so that what is shown is rounded once; zero when the payments only give
    the advances back.

    Raises ValueError when the payments are less than the advances: there is no rate of zero or more.
    """
    advanced = sum(flow.amount_cents for flow in advances)
    repaid = sum(flow.amount_cents for flow in payments)
    if advanced <= 0 or repaid < advanced:
        raise ValueError(f"payments of {repaid} cents do not repay the {advanced} cents advanced; there is no APR")
    if repaid == advanced:
        return Decimal(0)
    rate = _solve([*((flow, 1) for flow in advances), *((flow, -1) for flow in payments)])
    return Decimal(rate * float(unit_periods_per_year) * 100).quantize(Decimal("0.00000001"), rounding=ROUND_HALF_UP)


def apr_of_dates(
    amount_cents: Cents, advanced_on: date, payments: Sequence[tuple[date, Cents]], frequency: Frequency
) -> Decimal:
    """The APR in per cent of one advance repaid on these dates; the unit-period is the plan's charge frequency.

    A single payment's unit-period is the term itself, up to a year (Appendix J (b)(4)(ii)).
    """
    if len({day for day, _ in payments}) == 1:
        return _single_payment(amount_cents, advanced_on, payments[0][0], sum(cents for _, cents in payments))
    flows = [Flow(cents, *unit_periods(advanced_on, day, frequency)) for day, cents in payments]
    return annual_percentage_rate([Flow(amount_cents)], flows, PERIODS_PER_YEAR[frequency])


def _single_payment(amount_cents: Cents, start: date, end: date, paid_cents: Cents) -> Decimal:
    """The APR of one advance and one payment. Source: Appendix J (b)(4)(ii), (b)(5)(v) to (vii)."""
    months, days = _months_and_days(start, end)
    if end <= start:
        raise ValueError(f"the only payment, on {end}, is not after the advance of {start}; there is no term")
    if months >= _YEAR:
        years, rest = divmod(months, _YEAR)
        over = (end - period_date(Frequency.MONTHLY, end, -_YEAR * years)).days
        left = (end - start).days - over
        fraction = Fraction(rest, _YEAR) if not days else Fraction(left, _DAYS_IN_YEAR)
        return annual_percentage_rate([Flow(amount_cents)], [Flow(paid_cents, years, fraction)], 1)
    per_year = Fraction(_DAYS_IN_YEAR, (end - start).days) if days else Fraction(_YEAR, months)
    return annual_percentage_rate([Flow(amount_cents)], [Flow(paid_cents, 1)], per_year)


def unit_periods(start: date, end: date, frequency: Frequency) -> tuple[int, Fraction]:
    """Whole unit-periods between two dates, counted back from the later one, and the fraction that remains.

    Days over are taken of 7 or 14 for weeks, of 30 for a month, and of 90 for a quarter, whose full months count 30
    days each. Source: Appendix J (b)(5).
    """
    if frequency in _DAYS:
        whole, days = divmod((end - start).days, _DAYS[frequency])
        return whole, Fraction(days, _DAYS[frequency])
    months, days = _months_and_days(start, end)
    each = _MONTHS[frequency]
    whole, rest = divmod(months, each)
    return whole, Fraction(rest * _DAYS_IN_MONTH + days, each * _DAYS_IN_MONTH)


def _months_and_days(start: date, end: date) -> tuple[int, int]:
    """Full months counted back from `end` that do not pass `start`, and the days left over.

    From a later day of the month to a month's last day is a full month, so that month-end payments are regular.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    if start.day > end.day and end.day == monthrange(end.year, end.month)[1]:
        return months, 0
    if period_date(Frequency.MONTHLY, end, -months) < start:
        months -= 1
    return months, (period_date(Frequency.MONTHLY, end, -months) - start).days


def _solve(flows: Sequence[tuple[Flow, int]]) -> float:
    """The rate of a unit-period at which the flows' present values cancel, by bisection."""
    low, high = 0.0, 1.0
    while _present_value(flows, high) < 0:
        low, high = high, high * 2
        if high > HIGHEST_RATE:
            raise ValueError("no APR below the bound of the search repays these advances")
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _present_value(flows, middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _present_value(flows: Sequence[tuple[Flow, int]], rate: float) -> float:
    """Advances less payments, discounted; below zero while the rate is too low."""
    total = 0.0
    for flow, sign in flows:
        # A power below one: over thousands of unit-periods it comes to nothing, but never to more than a float holds.
        total += sign * flow.amount_cents * (1 + rate) ** -flow.periods / (1 + float(flow.fraction) * rate)
    return total
