"""How the staff pages say times, ages, money and states."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

from domain.money import format_usd
from web.booking.words import phone_words

STATES: Mapping[str, str] = {
    "detected": "just accepted",
    "classified": "classified",
    "awaiting_approval": "waits for approval",
    "offering": "times offered",
    "held": "time held",
    "awaiting_deposit": "waits for deposit",
    "paused": "paused",
    "escalated": "with a person",
    "booked": "booked",
    "booked_elsewhere": "booked at the desk",
    "declined": "declined",
    "handed_over": "handed over",
    "superseded": "plan changed",
    "withdrawn": "withdrawn",
}
OPEN_STATES = tuple(STATES)[:8]
PATHS: Mapping[str, str] = {"same_visit": "same visit", "link": "text with link", "callback": "call"}


def money(cents: int) -> str:
    """Dollars, without cents when they are zero: a list reads faster so."""
    return format_usd(cents).removesuffix(".00")


def clock(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def day(value: date) -> str:
    return f"{value:%a %b} {value.day}"


def when(at: datetime | None, zone: tzinfo) -> str:
    """``Tue Nov 24, 2:30 PM MST``: always with the zone, because a group spans several."""
    if at is None:
        return "–"
    local = at.astimezone(zone)
    return f"{day(local.date())}, {clock(at, zone)} {local.tzname()}"


def span(length: timedelta) -> str:
    """The two largest units: ``2 d 4 h``, ``3 h 5 min``, ``40 s``."""
    seconds = abs(int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if minutes < 60:
        return f"{minutes} min"
    if hours < 48:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} d {hours % 24} h" if hours % 24 else f"{days} d"


def ahead(at: datetime, now: datetime) -> str:
    """``in 2 h``, ``now`` or ``3 min late``."""
    if abs(at - now) < timedelta(seconds=1):
        return "now"
    return f"in {span(at - now)}" if at >= now else f"{span(now - at)} late"


def ago(at: datetime | None, now: datetime) -> str:
    return "never" if at is None else f"{span(now - at)} ago"


def state(value: str) -> str:
    return STATES.get(value, value.replace("_", " "))


def path(value: str) -> str:
    return PATHS.get(value, value or "not routed yet")


def phone(number: str) -> str:
    return phone_words(number)


def percent(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else "–"
