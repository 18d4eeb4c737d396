"""Dates of the periods, against dateutil and against the manual's own words."""

from datetime import date, timedelta
from itertools import islice

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from domain.payment_plan.frequency import Frequency, index_on_or_after, period_date, period_dates

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
STEPS = {
    Frequency.WEEKLY: relativedelta(weeks=1),
    Frequency.EVERY_OTHER_WEEK: relativedelta(weeks=2),
    Frequency.MONTHLY: relativedelta(months=1),
    Frequency.QUARTERLY: relativedelta(months=3),
}


@given(st.sampled_from(list(STEPS)), DAYS, st.integers(min_value=0, max_value=200))
def test_agrees_with_dateutil(frequency: Frequency, first: date, index: int) -> None:
    assert period_date(frequency, first, index) == first + STEPS[frequency] * index


@given(DAYS, st.integers(min_value=0, max_value=60))
def test_ordinal_weekday_keeps_weekday_and_ordinal(first: date, index: int) -> None:
    day = period_date(Frequency.ORDINAL_WEEKDAY, first, index)
    month = first.replace(day=1) + relativedelta(months=index)
    assert (day.year, day.month) == (month.year, month.month)
    assert day.weekday() == first.weekday()
    assert (day.day - 1) // 7 == min(3, (first.day - 1) // 7)


def test_a_fifth_tuesday_is_charged_on_the_fourth() -> None:
    dates = islice(period_dates(Frequency.ORDINAL_WEEKDAY, date(2024, 7, 30)), 2)
    assert list(dates) == [date(2024, 7, 23), date(2024, 8, 27)]


def test_a_third_monday_is_not_passed_by() -> None:
    """Open Dental 24.3 counts one period ahead between the first and the n-th weekday of a month; we do not."""
    first = date(2024, 1, 15)
    assert index_on_or_after(Frequency.ORDINAL_WEEKDAY, first, date(2024, 2, 19)) == 1
    assert index_on_or_after(Frequency.ORDINAL_WEEKDAY, first, date(2024, 2, 20)) == 2


@given(st.sampled_from(list(Frequency)), DAYS, st.integers(min_value=-100, max_value=1500))
def test_finds_the_first_period_not_before_a_day(frequency: Frequency, first: date, offset: int) -> None:
    day = first + timedelta(days=offset)
    index = index_on_or_after(frequency, first, day)
    assert index == 0 or period_date(frequency, first, index - 1) < day
    assert period_date(frequency, first, index) >= day


@given(st.sampled_from(list(Frequency)), DAYS, st.integers(min_value=0, max_value=30))
def test_the_series_is_the_single_dates(frequency: Frequency, first: date, start: int) -> None:
    series = list(islice(period_dates(frequency, first, start), 40))
    assert series == [period_date(frequency, first, start + at) for at in range(40)]


@pytest.mark.parametrize(("index", "day"), [(0, date(2027, 1, 31)), (1, date(2027, 2, 28)), (3, date(2027, 4, 30))])
def test_month_end_returns(index: int, day: date) -> None:
    assert period_date(Frequency.MONTHLY, date(2027, 1, 31), index) == day
