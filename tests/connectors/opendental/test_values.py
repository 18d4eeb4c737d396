"""How Open Dental writes values."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import InvalidRequest, Unavailable
from connectors.opendental import values

BOISE = ZoneInfo("America/Boise")
PHOENIX = ZoneInfo("America/Phoenix")


def minutes_from(start: datetime, *, days: int) -> st.SearchStrategy[datetime]:
    return st.integers(min_value=0, max_value=days * 1440).map(lambda minutes: start + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("written", "cents"),
    [("130.00", 13000), ("1,250.5", 125050), (204.0, 20400), (0.29, 29), (-12, -1200), ("", 0), (None, 0), ("$5", 500)],
)
def test_money(written: object, cents: int) -> None:
    assert values.cents(written) == cents


def test_money_that_cannot_be_read_is_not_guessed() -> None:
    with pytest.raises(Unavailable):
        values.cents("about fifty")


@given(st.integers(min_value=-10_000_000, max_value=10_000_000))
def test_money_goes_there_and_back(amount_cents: int) -> None:
    assert values.cents(values.amount(amount_cents)) == amount_cents
    assert values.cents(amount_cents / 100) == amount_cents


@pytest.mark.parametrize(
    ("written", "truth"), [("true", True), ("True", True), (True, True), ("false", False), ("", False), (None, False)]
)
def test_booleans(written: object, truth: bool) -> None:
    assert values.truth(written) is truth


@pytest.mark.parametrize("written", ["0001-01-01", "0001-01-01 00:00:00", "", None, "soon"])
def test_no_date(written: object) -> None:
    assert values.day(written) is None
    assert values.wall(written) is None
    assert values.instant(written, BOISE) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-07-01 09:00:00", datetime(2026, 7, 1, 15, 0, tzinfo=UTC)),
        ("2026-12-01 09:00:00", datetime(2026, 12, 1, 16, 0, tzinfo=UTC)),
        ("2026-12-01T09:00:00", datetime(2026, 12, 1, 16, 0, tzinfo=UTC)),
        ("2026-03-08 02:30:00", datetime(2026, 3, 8, 9, 30, tzinfo=UTC)),
        ("2026-11-01 01:30:00", datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_office_times_become_utc_over_the_clock_changes(written: str, expected: datetime) -> None:
    assert values.instant(written, BOISE) == expected


def test_no_clock_change_where_there_is_none() -> None:
    assert values.instant("2026-03-08 02:30:00", PHOENIX) == datetime(2026, 3, 8, 9, 30, tzinfo=UTC)


@given(minutes_from(datetime(2020, 1, 1, tzinfo=UTC), days=15 * 365))
def test_a_booking_time_survives_the_office_clock(moment: datetime) -> None:
    """Except in the hour that the office's clock shows twice, where it is read as the first."""
    read = values.instant(values.local_text(moment, BOISE), BOISE)
    shown_twice = moment.astimezone(BOISE).fold == 1
    assert read == (moment - timedelta(hours=1) if shown_twice else moment)


@given(
    minutes_from(datetime(2026, 10, 31, tzinfo=UTC), days=3),
    st.integers(min_value=0, max_value=180),
)
def test_nothing_later_is_missed_in_the_night_of_the_clock_change(mark: datetime, minutes: int) -> None:
    since = values.since_text(mark, BOISE, timedelta(minutes=5))
    later = values.local_text(mark + timedelta(minutes=minutes), BOISE)
    assert later >= since


def test_since_reaches_back_by_the_overlap() -> None:
    mark = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)
    assert values.since_text(mark, BOISE, timedelta(minutes=5)) == "2026-07-01 08:55:00"


@pytest.mark.parametrize(
    ("written", "increment", "expected"),
    [("/X/", 10, "//XX//"), ("/X/", 5, "/X/"), ("X", 15, "XXX"), ("x/", 5, "X/"), ("", 10, ""), (None, 10, "")],
)
def test_patterns_are_stretched_to_five_minutes(written: object, increment: int, expected: str) -> None:
    assert values.pattern(written, increment) == expected


def test_ids() -> None:
    assert [values.ident(x) for x in (12, "12", 0, "0", "", None)] == ["12", "12", "", "", "", ""]
    assert values.ids_in("5,6") == ("5", "6")
    assert values.ids_in("") == ()
    with pytest.raises(InvalidRequest):
        values.number("pi_123")


def test_dates_with_a_time_are_dates() -> None:
    assert values.day("2026-07-01 00:00:00") == date(2026, 7, 1)
