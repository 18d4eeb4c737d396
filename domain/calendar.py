"""Open-hours arithmetic: time that counts only while the office is open, in its own zone, across clock changes."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.location import OpenHours

_LONGEST_CLOSURE_DAYS = 370
"""An office that does not open for a year has no open hours to count."""


def add_open_minutes(
    start: datetime, minutes: int, hours: OpenHours, zone: str, holidays: Collection[date] = ()
) -> datetime:
    """The UTC instant at which ``minutes`` of opening time have passed since ``start``.

    Zero minutes after closing time is the next opening: nobody is there sooner. Elapsed time is real time, so the
    clock changes neither add nor lose an hour. Raises ValueError when the office never opens.
    """
    left = timedelta(minutes=minutes)
    for opens, closes in open_stretches(start, hours, zone, holidays):
        begin = max(opens, start.astimezone(UTC))
        if begin + left < closes or (left and begin + left == closes):
            return begin + left
        left -= closes - begin
    raise ValueError(f"no opening hours within {_LONGEST_CLOSURE_DAYS} days of {start:%Y-%m-%d}; give the office some")


def open_minutes_between(
    start: datetime, stop: datetime, hours: OpenHours, zone: str, holidays: Collection[date] = ()
) -> int:
    """Whole minutes of opening time from ``start`` to ``stop``; 0 when ``stop`` is not later."""
    total = timedelta()
    for opens, closes in open_stretches(start, hours, zone, holidays):
        if opens >= stop:
            break
        total += max(timedelta(), min(closes, stop) - max(opens, start))
    return int(total.total_seconds()) // 60


def is_open(at: datetime, hours: OpenHours, zone: str, holidays: Collection[date] = ()) -> bool:
    """Whether the office is open at that instant (the closing minute is closed)."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return any(opens <= at < closes for opens, closes in _of_day(day, hours, zone, holidays))


def open_stretches(
    start: datetime, hours: OpenHours, zone: str, holidays: Collection[date] = ()
) -> Iterator[tuple[datetime, datetime]]:
    """(opens, closes) in UTC for each open day that ends after ``start``, for a little over a year."""
    first = start.astimezone(ZoneInfo(zone)).date()
    for offset in range(_LONGEST_CLOSURE_DAYS):
        for opens, closes in _of_day(first + timedelta(days=offset), hours, zone, holidays):
            if closes > start:
                yield opens, closes


def _of_day(day: date, hours: OpenHours, zone: str, holidays: Collection[date]) -> Iterator[tuple[datetime, datetime]]:
    pair = hours.days.get(day.weekday())
    if pair is None or day in holidays:
        return
    opens, closes = (_instant(day, clock, zone) for clock in pair)
    if opens < closes:
        yield opens, closes


def _instant(day: date, clock: str, zone: str) -> datetime:
    """``24:00`` is the end of the day."""
    next_day, text = (1, "00:00") if clock == "24:00" else (0, clock)
    local = datetime.combine(day + timedelta(days=next_day), time.fromisoformat(text), ZoneInfo(zone))
    return local.astimezone(UTC)
