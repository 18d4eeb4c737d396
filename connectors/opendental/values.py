"""How Open Dental writes values, and what they mean: numbers, money, booleans, office-local times, time patterns.

Source for the formats: Open Dental API pages 25.3; lenient, since fields differ between versions.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from connectors.errors import InvalidRequest, Unavailable
from domain.treatment_plan import CELL_MINUTES

Row = Mapping[str, Any]

LONGEST_PATTERN = 9 * 60 // CELL_MINUTES
"""Nine hours: Open Dental cuts a longer appointment pattern."""

_CENT = Decimal("0.01")
_DATETIME_FORMAT = "%Y-%m-%d %H:%M:%S"


def ident(value: Any) -> str:
    """An id as our text: Open Dental's 0 (or blank) means "none" and becomes ""."""
    text = str(value if value is not None else "").strip()
    return "" if text in ("", "0") else text


def number(identity: str) -> int:
    """Our id as Open Dental's number. Raises InvalidRequest for an id that is not one of theirs."""
    if not identity.isdigit():
        raise InvalidRequest("Open Dental: an id must be a number; this one came from another system")
    return int(identity)


def whole(value: Any, default: int = 0) -> int:
    """A whole number written as a number or as text."""
    try:
        return int(str(value).strip())
    except ValueError:
        return default


def text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def truth(value: Any) -> bool:
    """Booleans come as "true", "True" or JSON true."""
    return str(value).strip().lower() == "true"


def cents(value: Any) -> int:
    """Money as a number or as text ("1,250.00"), to whole cents; blank is 0.

    Raises Unavailable when the amount cannot be read: a guessed amount would be worse than none.
    """
    cleaned = str(value if value is not None else "").replace(",", "").replace("$", "").strip()
    try:
        amount = Decimal(cleaned or "0")
    except InvalidOperation as bad:
        raise Unavailable("Open Dental: an amount of money in its answer cannot be read") from bad
    return int(amount.quantize(_CENT, rounding=ROUND_HALF_UP) * 100)


def amount(value_cents: int) -> str:
    """Cents as Open Dental takes money: "1250.00"."""
    return f"{Decimal(value_cents) / 100:.2f}"


def day(value: Any) -> date | None:
    """A date; None for 0001-01-01, blank or anything that is none."""
    try:
        parsed = date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None
    return None if parsed.year <= 1 else parsed


def wall(value: Any) -> datetime | None:
    """An office-local date-time as written, without a zone; None for 0001-01-01 or blank."""
    cleaned = str(value if value is not None else "").strip().replace("T", " ")[:19]
    try:
        parsed = datetime.fromisoformat(cleaned)
    except ValueError:
        return None
    return None if parsed.year <= 1 else parsed


def instant(value: Any, tz: ZoneInfo) -> datetime | None:
    """An office-local date-time as UTC.

    A time that happens twice (clocks go back) is the first; one that never happens (clocks go forward) is read
    with the offset before the change, which makes it one hour later on the wall.
    """
    local = wall(value)
    return None if local is None else to_utc(local, tz)


def to_utc(local: datetime, tz: ZoneInfo) -> datetime:
    return local.replace(tzinfo=tz, fold=0).astimezone(UTC)


def local_text(moment: datetime, tz: ZoneInfo) -> str:
    """UTC as the office writes it: "2026-11-21 09:30:00"."""
    return moment.astimezone(tz).strftime(_DATETIME_FORMAT)


def local_day(moment: datetime, tz: ZoneInfo) -> date:
    return moment.astimezone(tz).date()


def since_text(mark: datetime, tz: ZoneInfo, overlap: timedelta) -> str:
    """The office-local stamp that surely precedes everything changed from ``mark - overlap`` on.

    In the night when clocks go back, later changes carry earlier stamps: the repeated hour is asked for again.
    """
    first = mark - overlap
    ahead = mark + timedelta(minutes=65)
    before, after = first.astimezone(tz).utcoffset(), ahead.astimezone(tz).utcoffset()
    set_back = max(timedelta(0), (before or timedelta(0)) - (after or timedelta(0)))
    return (first.astimezone(tz).replace(tzinfo=None) - set_back).strftime(_DATETIME_FORMAT)


def clock_time(value: Any) -> time | None:
    """A time of day as schedules write it."""
    try:
        return time.fromisoformat(str(value).strip()[:8])
    except ValueError:
        return None


def pattern(value: Any, minutes_per_mark: int = CELL_MINUTES) -> str:
    """A time pattern in 5-minute characters, ``X`` provider time and ``/`` other.

    Appointments are stored so; procedure codes are stored per AppointmentTimeIncrement (5, 10 or 15) and stretched.
    """
    marks = re.sub("[^X/]", "/", str(value if value is not None else "").strip().upper())
    return "".join(mark * (minutes_per_mark // CELL_MINUTES) for mark in marks)


def digits(value: Any) -> str:
    """Only the digits of a stamp: part of an opaque id."""
    return re.sub(r"\D", "", str(value if value is not None else ""))


def ids_in(value: Any) -> tuple[str, ...]:
    """The ids of a list written as text: "5,6"."""
    return tuple(ident(part) for part in str(value if value is not None else "").split(",") if ident(part))
