"""A second way to reckon a schedule: fractions and the calendar, nothing of the product."""

import calendar
from datetime import date, timedelta
from fractions import Fraction

A_YEAR = {"weekly": 52, "every_other_week": 26, "monthly": 12, "ordinal_weekday": 12, "quarterly": 4}
_STEP = {"monthly": 1, "quarterly": 3}

Row = tuple[date, int, int]


def months_on(day: date, count: int) -> date:
    """The same day some months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def nth_date(frequency: str, first: date, index: int) -> date:
    """The date of a period; an ordinal weekday is looked up in the printed calendar."""
    if frequency in ("weekly", "every_other_week"):
        return first + timedelta(days=(7 if frequency == "weekly" else 14) * index)
    if frequency in _STEP:
        return months_on(first, _STEP[frequency] * index)
    month = months_on(first.replace(day=1), index)
    same = [week[first.weekday()] for week in calendar.monthcalendar(month.year, month.month)]
    return month.replace(day=[day for day in same if day][min(4, -(-first.day // 7)) - 1])


def rate(apr: str, frequency: str) -> Fraction:
    """The rate of one period."""
    return Fraction(apr) / 100 / A_YEAR[frequency]


def payment(principal: int, apr: str, frequency: str, count: int) -> int:
    """The payment in cents that repays the principal in so many periods, rounded up."""
    r = rate(apr, frequency)
    exact = Fraction(principal, count) if not r else principal * r / (1 - 1 / (1 + r) ** count)
    return -(-exact.numerator // exact.denominator)


def schedule(left: int, apr: str, frequency: str, each: int, first: date, free: int = 0) -> list[Row] | None:
    """Date, principal and interest of every period; None when the payment never repays it. Python rounds a fraction's
    exact half to the even number."""
    rows: list[Row] = []
    while left > 0:
        interest = round(left * rate(apr, frequency)) if len(rows) >= free else 0
        principal = min(left, each - interest)
        if principal <= 0 or len(rows) == 2000:
            return None
        rows.append((nth_date(frequency, first, len(rows)), principal, interest))
        left -= principal
    return rows
