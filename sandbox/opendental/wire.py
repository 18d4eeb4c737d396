"""How Open Dental writes values: one place for its dates, booleans, money and the like.

Values are stored as they go over the wire, except money, which is stored in cents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

NO_DATE = "0001-01-01"
NO_DATETIME = "0001-01-01 00:00:00"
DATETIME_FORMAT = "%Y-%m-%d %H:%M:%S"


class ApiError(Exception):
    """An answer other than success: a status and a plain-text explanation."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


def bad(text: str) -> ApiError:
    return ApiError(400, text)


class Kind(Enum):
    """What a field holds and how it is written."""

    INT = "int"
    INT_TEXT = "int as string"
    TEXT = "text"
    BOOL = "true or false as string"
    DATE = "yyyy-MM-dd"
    DATETIME = "yyyy-MM-dd HH:mm:ss"
    TIME = "HH:mm:ss"
    MONEY = "number"
    MONEY_TEXT = "money as string"
    REAL = "number with decimals"


BLANKS: dict[Kind, Any] = {
    Kind.INT: 0,
    Kind.INT_TEXT: 0,
    Kind.TEXT: "",
    Kind.BOOL: "false",
    Kind.DATE: NO_DATE,
    Kind.DATETIME: NO_DATETIME,
    Kind.TIME: "00:00:00",
    Kind.MONEY: 0,
    Kind.MONEY_TEXT: 0,
    Kind.REAL: 0.0,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a resource. `sql` makes it derived (not stored); `choices` are an enum's texts."""

    name: str
    kind: Kind = Kind.TEXT
    default: Any = None
    choices: tuple[str, ...] = ()
    sql: str = ""

    @property
    def blank(self) -> Any:
        if self.default is not None:
            return self.default
        return self.choices[0] if self.choices else BLANKS[self.kind]


def parse(field: Field, value: Any) -> Any:
    """A value from a request as it is stored; raises ApiError 400 naming the field."""
    try:
        parsed = _PARSERS[field.kind](value)
    except (ValueError, TypeError, InvalidOperation):
        raise bad(f"{field.name} is invalid: {value!r} is not {_EXPECTED.get(field.kind, field.kind.value)}.") from None
    if field.choices and parsed not in field.choices:
        raise bad(f"{field.name} is invalid. Must be one of: {', '.join(field.choices)}.")
    return parsed


def _parse_int(value: Any) -> int:
    if isinstance(value, bool | float):
        raise ValueError
    return int(value)


def _parse_bool(value: Any) -> str:
    text = str(value).lower()
    if text not in ("true", "false"):
        raise ValueError
    return text


def _parse_text(value: Any) -> str:
    if isinstance(value, dict | list) or value is None:
        raise ValueError
    return str(value)


def _parse_date(value: Any) -> str:
    return date.fromisoformat(str(value)[:10]).isoformat()


def _parse_datetime(value: Any) -> str:
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        text += " 00:00:00"
    datetime.strptime(text, DATETIME_FORMAT)  # noqa: DTZ007 - Open Dental's times carry no zone
    return text


def _parse_time(value: Any) -> str:
    return datetime.strptime(str(value), "%H:%M:%S").strftime("%H:%M:%S")  # noqa: DTZ007 - a time of day


def _parse_cents(value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError
    cents = Decimal(str(value)) * 100
    if cents != cents.to_integral_value():
        raise ValueError
    return int(cents)


_PARSERS: dict[Kind, Any] = {
    Kind.INT: _parse_int,
    Kind.INT_TEXT: _parse_int,
    Kind.TEXT: _parse_text,
    Kind.BOOL: _parse_bool,
    Kind.DATE: _parse_date,
    Kind.DATETIME: _parse_datetime,
    Kind.TIME: _parse_time,
    Kind.MONEY: _parse_cents,
    Kind.MONEY_TEXT: _parse_cents,
    Kind.REAL: float,
}
_EXPECTED = {Kind.INT: "a whole number", Kind.INT_TEXT: "a whole number", Kind.BOOL: '"true" or "false"'}
_EXPECTED |= {Kind.MONEY: "an amount with at most two decimals", Kind.MONEY_TEXT: "an amount with at most two decimals"}


def _one_line(value: str) -> str:
    return re.sub(r"\r\n|\r|\n", " ", value)


_WRITERS: dict[Kind, Callable[[int], Any]] = {
    Kind.MONEY: lambda cents: cents / 100,
    Kind.MONEY_TEXT: lambda cents: f"{cents / 100:.2f}",
    Kind.INT_TEXT: str,
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a caller wants dates written (the DateFormatString and DateTimeFormatString parameters)."""

    zone: ZoneInfo
    date_format: str = ""
    datetime_format: str = ""

    def write(self, field: Field, value: Any) -> Any:
        """A stored value as it goes over the wire."""
        kind = field.kind
        if kind is Kind.TEXT:
            return _one_line(value) if "\n" in value or "\r" in value else value
        if kind is Kind.DATETIME:
            return self._formatted(value, self.datetime_format) if self.datetime_format else value
        if kind is Kind.DATE:
            return self._formatted(f"{value} 00:00:00", self.date_format) if self.date_format else value
        return _WRITERS[kind](value) if kind in _WRITERS else value

    def _formatted(self, value: str, wanted: str) -> str:
        at = datetime.strptime(value, DATETIME_FORMAT).replace(tzinfo=self.zone)
        offset = at.strftime("%z")
        tokens = {
            "yyyy": f"{at.year:04}",
            "MM": f"{at.month:02}",
            "dd": f"{at.day:02}",
            "HH": f"{at.hour:02}",
            "mm": f"{at.minute:02}",
            "ss": f"{at.second:02}",
            "zzz": f"{offset[:3]}:{offset[3:5]}",
        }
        return re.sub("yyyy|MM|dd|HH|mm|ss|zzz", lambda m: tokens[m.group()], wanted)
