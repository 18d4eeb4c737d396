"""Open hours: they count only while the office is open, also across clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import add_open_minutes, is_open, open_minutes_between
from domain.location import OpenHours

BOISE = "America/Boise"
HOURS = OpenHours()


def local(text: str, zone: str = BOISE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-11-23T09:00", 240, "2026-11-23T13:00"),
        ("2026-11-23T16:00", 120, "2026-11-24T09:00"),
        ("2026-11-20T14:30", 240, "2026-11-23T11:30"),
        ("2026-11-21T10:00", 30, "2026-11-23T08:30"),
        ("2026-11-23T17:00", 0, "2026-11-24T08:00"),
        ("2026-11-23T06:00", 0, "2026-11-23T08:00"),
        ("2026-11-23T08:00", 540, "2026-11-23T17:00"),
    ],
)
def test_time_counts_only_while_open(start: str, minutes: int, expected: str) -> None:
    assert add_open_minutes(local(start), minutes, HOURS, BOISE) == local(expected)


def test_friday_afternoon_climbs_on_monday_never_on_sunday() -> None:
    due = add_open_minutes(local("2026-11-20T14:59"), 4 * 60, HOURS, BOISE)
    assert due.astimezone(ZoneInfo(BOISE)).strftime("%A") == "Monday"


def test_a_holiday_is_skipped() -> None:
    thanksgiving = {date(2026, 11, 26)}
    assert add_open_minutes(local("2026-11-25T16:30"), 60, HOURS, BOISE, thanksgiving) == local("2026-11-27T08:30")


def test_an_hour_that_the_clock_skips_is_not_counted() -> None:
    nights = OpenHours(days={6: ("00:00", "06:00"), 0: ("00:00", "06:00")})
    spring = local("2026-03-08T00:00")
    assert add_open_minutes(spring, 5 * 60, nights, BOISE) == local("2026-03-08T06:00")
    assert open_minutes_between(spring, local("2026-03-08T06:00"), nights, BOISE) == 5 * 60
    autumn = local("2026-11-01T00:00")
    assert open_minutes_between(autumn, local("2026-11-01T06:00"), nights, BOISE) == 7 * 60


def test_until_midnight_is_written_24_00() -> None:
    late = OpenHours(days={0: ("18:00", "24:00")})
    assert is_open(local("2026-11-23T23:59"), late, BOISE)
    assert not is_open(local("2026-11-24T00:00"), late, BOISE)


def test_an_office_that_never_opens_is_said() -> None:
    with pytest.raises(ValueError, match="no opening hours"):
        add_open_minutes(local("2026-11-23T09:00"), 10, OpenHours(days={}), BOISE)


@given(
    start=st.integers(0, 366 * 86_400).map(lambda second: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)),
    minutes=st.integers(0, 5_000),
    zone=st.sampled_from([BOISE, "America/New_York", "Pacific/Honolulu", "America/Phoenix"]),
)
def test_what_is_added_can_be_measured_back(start: datetime, minutes: int, zone: str) -> None:
    due = add_open_minutes(start, minutes, HOURS, zone)
    assert due >= start
    assert open_minutes_between(start, due, HOURS, zone) == minutes
    assert is_open(due, HOURS, zone) or is_open(due - timedelta(minutes=1), HOURS, zone)
