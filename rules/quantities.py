"""How amounts are written in rule files: one way each, always with the unit.

``15 min`` · ``4 h`` · ``3 days`` · ``4 open hours`` · ``$1,500`` · ``10%`` · ``at least $400`` · ``$80 to $300``.
Every reader raises ValueError with the right way to write it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from domain.money import parse_cents

_UNITS = {"min": 1, "h": 60, "day": 1440, "days": 1440}
_SAID_OTHERWISE = {
    **dict.fromkeys(("m", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    "d": "days",
}
_DURATION = re.compile(r"^(\d+) ?([a-zA-Z]+)$")
_OPEN = re.compile(r"^(\d+) open (hours?|minutes?|min)$")
_MONEY = re.compile(r"^\$(\d{1,3}(,\d{3})+|\d+)(\.\d{2})?$")
_RANGE = re.compile(r"^(?:(at least|over|at most|under) (.+)|(.+) to (.+))$")


def minutes(text: str) -> int:
    """Minutes of ``15 min``, ``4 h``, ``1 day`` or ``3 days``."""
    found = _DURATION.match(text)
    if found and found[2] in _UNITS:
        return int(found[1]) * _UNITS[found[2]]
    if found and found[2].lower() in _SAID_OTHERWISE:
        raise ValueError(f"write {found[1]} {_SAID_OTHERWISE[found[2].lower()]}")
    if text.isdigit():
        raise ValueError(f"a time needs its unit: write {text} min, {text} h or {text} days")
    raise ValueError("write a time like 15 min, 4 h or 3 days")


def days(text: str) -> int:
    """Minutes of whole days: ``1 day`` or ``84 days``."""
    found = _DURATION.match(text)
    if found and found[2] in ("day", "days"):
        return int(found[1]) * _UNITS["days"]
    number = re.match(r"^\d+", text)
    raise ValueError(f"this time counts whole days: write {number[0] if number else '84'} days")


def open_minutes(text: str) -> int:
    """Minutes of ``4 open hours`` or ``30 open minutes``: time counted while the office is open; ``at once`` is 0."""
    if text == "at once":
        return 0
    found = _OPEN.match(text)
    if found:
        return int(found[1]) * (60 if found[2].startswith("hour") else 1)
    number = re.match(r"^\d+", text)
    raise ValueError(f"this time counts open hours: write {number[0] if number else '4'} open hours, or at once")


def cents(text: str) -> int:
    """Cents of ``$500``, ``$1,500`` or ``$12.50``."""
    if _MONEY.match(text):
        return parse_cents(text)
    bare = text.removesuffix("dollars").removesuffix("USD").strip().lstrip("$")
    if re.fullmatch(r"[\d,]+(\.\d+)?", bare):
        raise ValueError(f"an amount of money is written like ${bare}")
    raise ValueError("write an amount of money like $500 or $1,500")


def percent(text: str) -> Decimal:
    """``10%`` or ``12.5%``."""
    if re.fullmatch(r"\d+(\.\d+)?%", text):
        return Decimal(text[:-1])
    if re.fullmatch(r"\d+(\.\d+)?", text):
        raise ValueError(f"a share needs its sign: write {text}%")
    raise ValueError("write a share like 10%")


def count(text: str) -> int:
    """A plain whole number."""
    if text.isdigit():
        return int(text)
    raise ValueError("write a whole number without a unit, like 3")


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of whole numbers, both ends included; None is open."""

    low: int | None = None
    high: int | None = None

    def holds(self, value: int) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def covers(self, other: "Bounds") -> bool:
        low_ok = self.low is None or (other.low is not None and other.low >= self.low)
        high_ok = self.high is None or (other.high is not None and other.high <= self.high)
        return low_ok and high_ok


def bounds(text: str, unit: Callable[[str], int]) -> Bounds:
    """``at least X``, ``over X``, ``at most X``, ``under X`` or ``X to Y``, each X in ``unit``."""
    found = _RANGE.match(text)
    if not found:
        raise ValueError(f"write a range: at least {text}, over {text}, at most {text}, under {text}, or {text} to …")
    word, one, low, high = found.groups()
    if not word:
        return _between(unit(low), unit(high))
    limit = unit(one)
    if word in ("at least", "over"):
        return Bounds(low=limit + (word == "over"))
    return Bounds(high=limit - (word == "under"))


def _between(low: int, high: int) -> Bounds:
    if low > high:
        raise ValueError("the first end of a range is the smaller one")
    return Bounds(low, high)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"^([01]\d|2[0-4]):([0-5]\d)$")


def weekdays(text: str) -> tuple[int, ...]:
    """Weekday numbers (0 = Monday) of ``mon``, ``mon-sat`` or ``every day``."""
    if text == "every day":
        return tuple(range(7))
    first, _, last = text.partition("-")
    if first not in _DAYS or (last or first) not in _DAYS:
        raise ValueError("write a day or a stretch of days: mon, mon-sat, sat-sun or every day")
    start, stop = _DAYS.index(first), _DAYS.index(last or first)
    if start > stop:
        raise ValueError("a stretch of days runs from mon to sun")
    return tuple(range(start, stop + 1))


Window = tuple[int, int]
"""Minutes of the local day: from (included) to (excluded)."""


def window(text: str) -> Window | None:
    """``09:00-20:00`` as minutes of the day; ``none`` is None: no unasked text at all."""
    if text == "none":
        return None
    first, _, last = text.partition("-")
    start, stop = _clock(first), _clock(last)
    if start >= stop:
        raise ValueError("the window ends before it begins; it stays inside one day, like 09:00-20:00")
    return start, stop


def _clock(text: str) -> int:
    found = _CLOCK.match(text)
    if not found or (total := int(found[1]) * 60 + int(found[2])) > 1440:
        raise ValueError("write hours like 09:00-20:00, or none")
    return total
