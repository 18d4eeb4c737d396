"""How often a plan charges, and on which days (Open Dental's charge frequencies)."""

from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum


class Frequency(StrEnum):
    """Charge frequency; `ORDINAL_WEEKDAY` is Open Dental's "specific day of month", such as every second Tuesday."""

    WEEKLY = "weekly"
    EVERY_OTHER_WEEK = "every_other_week"
    ORDINAL_WEEKDAY = "ordinal_weekday"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


PERIODS_PER_YEAR = {
    Frequency.WEEKLY: 52,
    Frequency.EVERY_OTHER_WEEK: 26,
    Frequency.ORDINAL_WEEKDAY: 12,
    Frequency.MONTHLY: 12,
    Frequency.QUARTERLY: 4,
}

_WEEKS = {Frequency.WEEKLY: 1, Frequency.EVERY_OTHER_WEEK: 2}
_MONTHS = {Frequency.ORDINAL_WEEKDAY: 1, Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3}

_LAST_ORDINAL = 4
_FEBRUARY = 28
_MONTH_LENGTHS = (0, 31, _FEBRUARY, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def period_date(frequency: Frequency, first: date, index: int) -> date:
    """Date of period `index` (from 0), always counted from the first date so that a month-end returns.

    Monthly and quarterly dates that a month does not have fall on its last day. An ordinal weekday keeps the weekday
    and its ordinal of the first date, a fifth being taken as a fourth, which also moves a first date that is itself a
    fifth. Source: Open Dental 24.4 manual, charge frequency.
    """
    if frequency in _WEEKS:
        return first + timedelta(weeks=_WEEKS[frequency] * index)
    year, month = divmod(first.year * 12 + first.month - 1 + _MONTHS[frequency] * index, 12)
    if frequency is Frequency.ORDINAL_WEEKDAY:
        return _ordinal_weekday(year, month + 1, first)
    return _clamped(year, month + 1, first.day)


def period_dates(frequency: Frequency, first: date, start: int = 0) -> Iterator[date]:
    """The dates of period `start` and all after it, without end."""
    if frequency in _WEEKS:
        return _every_days(first, 7 * _WEEKS[frequency], start)
    if frequency is Frequency.ORDINAL_WEEKDAY:
        return (period_date(frequency, first, index) for index in _count(start))
    return _every_months(first, _MONTHS[frequency], start)


def index_on_or_after(frequency: Frequency, first: date, day: date) -> int:
    """Index of the first period dated `day` or later, found from the dates themselves (never by counting steps)."""
    if frequency in _WEEKS:
        days = 7 * _WEEKS[frequency]
        return max(0, -(-(day - first).days // days))
    months = (day.year - first.year) * 12 + day.month - first.month
    index, months_since = divmod(max(0, months), _MONTHS[frequency])
    if months_since or period_date(frequency, first, index) < day:
        index += 1
    return index


def _every_days(first: date, days: int, start: int) -> Iterator[date]:
    ordinal = first.toordinal() + days * start
    from_ordinal = date.fromordinal
    while True:
        yield from_ordinal(ordinal)
        ordinal += days


def _every_months(first: date, step: int, start: int) -> Iterator[date]:
    day = first.day
    year, month = divmod(first.year * 12 + first.month - 1 + step * start, 12)
    month += 1
    while True:  # the rule of _clamped, written out because dates are half of what a schedule costs
        last = _MONTH_LENGTHS[month]
        if last == _FEBRUARY and isleap(year):
            last += 1
        yield date(year, month, day if day < last else last)
        month += step
        if month > 12:
            month -= 12
            year += 1


def _ordinal_weekday(year: int, month: int, like: date) -> date:
    ordinal = min(_LAST_ORDINAL, (like.day + 6) // 7)
    first = date(year, month, 1)
    days = (like.weekday() - first.weekday()) % 7 + 7 * (ordinal - 1)
    return first + timedelta(days=days)


def _clamped(year: int, month: int, day: int) -> date:
    if day > _FEBRUARY:
        last = _MONTH_LENGTHS[month]
        if last == _FEBRUARY and isleap(year):
            last += 1
        day = min(day, last)
    return date(year, month, day)


def _count(start: int) -> Iterator[int]:
    while True:
        yield start
        start += 1
