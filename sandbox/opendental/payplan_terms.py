"""The arithmetic of a dynamic payment plan (Open Dental 24.3 behaviour), in cents."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_UP, Decimal

PERIODS_A_YEAR = {"Weekly": 52, "EveryOtherWeek": 26, "Monthly": 12, "OrdinalWeekday": 12, "Quarterly": 4}
DAYS = {"Weekly": 7, "EveryOtherWeek": 14}


def period_rate(apr: float, frequency: str) -> Decimal:
    return Decimal(str(apr)) / 100 / PERIODS_A_YEAR[frequency]


def payment_cents(principal: int, payments: int, apr: float, frequency: str) -> int:
    """The level payment for a number of payments, rounded up to the cent."""
    rate = period_rate(apr, frequency)
    exact = Decimal(principal) / payments
    if rate:
        exact = principal * rate / (1 - (1 + rate) ** -payments)
    return int(exact.quantize(Decimal(1), ROUND_UP))


def interest_cents(base: int, apr: float, frequency: str) -> int:
    return int((max(0, base) * period_rate(apr, frequency)).quantize(Decimal(1), ROUND_HALF_EVEN))


def due_date(first: date, index: int, frequency: str) -> date:
    """The date of period `index`, counted from 0."""
    if frequency in DAYS:
        return first + timedelta(days=DAYS[frequency] * index)
    months = index * (3 if frequency == "Quarterly" else 1)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if frequency == "OrdinalWeekday":
        return _ordinal_weekday(year, month + 1, first)
    return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))


def _ordinal_weekday(year: int, month: int, first: date) -> date:
    """The same weekday at the same ordinal; a fifth counts as a fourth."""
    ordinal = min(4, (first.day + 6) // 7)
    start = date(year, month, 1)
    return start + timedelta(days=(first.weekday() - start.weekday()) % 7 + 7 * (ordinal - 1))
