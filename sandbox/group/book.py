"""Who works when: provider schedules and blockouts for the days around the start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.group.layout import Location, Numbers, Staff, definition_num
from sandbox.opendental.resource import Row

DAYS_BACK, DAYS_AHEAD = 14, 100
SATURDAY, WEDNESDAY, THURSDAY = 5, 2, 3
CONSULT_CHAIR = 5
SATURDAY_CLOSES = 13 * 60
MEETING_MINUTES = CONSULT_MINUTES = LUNCH_MINUTES = EMERGENCY_MINUTES = 60
HOLIDAYS = {(1, 1): "New Year's Day", (7, 4): "Independence Day", (12, 25): "Christmas Day"}


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of one provider's day, in minutes after midnight; no chairs means: where they are at home."""

    day: date
    staff: Staff
    start: int
    stop: int
    chairs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A blockout over some chairs."""

    day: date
    kind: str
    start: int
    stop: int
    chairs: tuple[int, ...]


def holiday(day: date) -> str:
    """The name of the holiday that the group closes for, or nothing."""
    thanksgiving = day.month == 11 and day.weekday() == THURSDAY and 22 <= day.day <= 28
    return "Thanksgiving Day" if thanksgiving else HOLIDAYS.get((day.month, day.day), "")


def working_days(today: date) -> Iterator[date]:
    for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
        day = today + timedelta(days=offset)
        if day.weekday() <= SATURDAY and not holiday(day):
            yield day


def shifts(place: Location, today: date) -> Iterator[Shift]:
    """Every second Saturday morning is worked by those who work Saturdays."""
    for day in working_days(today):
        for staff in place.staff:
            chairs = () if staff.num == 2 else staff.chairs
            if day.weekday() == SATURDAY:
                if staff.saturdays and day.toordinal() // 7 % 2 == 0:
                    yield Shift(day, staff, place.opens, SATURDAY_CLOSES, chairs)
            elif day.weekday() in staff.weekdays:
                yield from _day(place, day, staff, chairs)


def _day(place: Location, day: date, staff: Staff, chairs: tuple[int, ...]) -> Iterator[Shift]:
    """A medspa's day is two shifts around lunch; a dental day is one with a lunch blockout in it."""
    if place.office.kind == "medspa":
        yield Shift(day, staff, place.opens, place.lunch, chairs)
        yield Shift(day, staff, place.lunch + LUNCH_MINUTES, place.closes, chairs)
    else:
        yield Shift(day, staff, place.opens, place.closes, chairs)


def blocks(place: Location, today: date) -> Iterator[Block]:
    every_chair = tuple(c.num for c in place.chairs)
    for day in working_days(today):
        if day.weekday() == SATURDAY:
            continue
        if place.office.kind == "dental":
            yield Block(day, "Lunch", place.lunch, place.lunch + LUNCH_MINUTES, every_chair)
            yield Block(day, "Emergency", place.closes - EMERGENCY_MINUTES, place.closes, every_chair[:1])
            if day.weekday() == THURSDAY and CONSULT_CHAIR in every_chair:
                yield Block(day, "Consult Block", place.opens, place.opens + CONSULT_MINUTES, (CONSULT_CHAIR,))
        if day.weekday() == WEDNESDAY:
            yield Block(day, "Staff Meeting", place.opens, place.opens + MEETING_MINUTES, every_chair)


def schedule_rows(place: Location, today: date, numbers: Numbers) -> tuple[list[Row], list[Row]]:
    """Rows of schedule and of scheduleop."""
    rows: list[Row] = []
    chairs: list[tuple[int, int]] = []
    for shift in shifts(place, today):
        row = _row(shift.day, shift.start, shift.stop, numbers) | {"ProvNum": place.num(shift.staff.num)}
        rows.append(row | {"SchedType": "Provider"})
        chairs.extend((row["ScheduleNum"], place.num(c)) for c in shift.chairs)
    for block in blocks(place, today):
        kind = definition_num(place.office.number, 25, block.kind)
        row = _row(block.day, block.start, block.stop, numbers) | {"BlockoutType": kind, "SchedType": "Blockout"}
        rows.append(row)
        chairs.extend((row["ScheduleNum"], place.num(c)) for c in block.chairs)
    if place.clinic_num == place.office.clinic_num:
        rows.extend(_closed(today, numbers))
    ops = [{"ScheduleOpNum": numbers.next("scheduleop"), "ScheduleNum": s, "OperatoryNum": o} for s, o in chairs]
    return rows, ops


def _row(day: date, start: int, stop: int, numbers: Numbers) -> Row:
    return {
        "ScheduleNum": numbers.next("schedule"),
        "SchedDate": day.isoformat(),
        "StartTime": clock_text(start),
        "StopTime": clock_text(stop),
        "DateTStamp": f"{(day - timedelta(days=120)).isoformat()} 08:00:00",
    }


def _closed(today: date, numbers: Numbers) -> Iterator[Row]:
    for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
        day = today + timedelta(days=offset)
        if holiday(day):
            yield _row(day, 0, 0, numbers) | {"SchedType": "Practice", "Note": f"Closed: {holiday(day)}"}


def clock_text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}:00"
