"""The group as the data files describe it: offices, people who work there, chairs, codes, kinds of plan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.opendental.office import Office

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Staff:
    """A provider. `weekdays` count from Monday = 0; `chairs` are where they work, by the chair's place."""

    num: int
    role: str
    first: str
    last: str
    suffix: str
    weekdays: tuple[int, ...]
    chairs: tuple[int, ...]
    saturdays: bool


@dataclass(frozen=True, slots=True)
class Chair:
    num: int
    name: str
    provider: int
    hygienist: int


@dataclass(frozen=True, slots=True)
class Location:
    """One clinic of an office. Numbers of providers, chairs, users and task lists are office x 100 + their place.

    `clinic_num` is the office's own number, or that of a branch: a further clinic in the same database.
    """

    office: Office
    clinic_num: int
    name: str
    abbr: str
    address: str
    city: str
    state: str
    zip: str
    phone: str
    area_codes: tuple[str, ...]
    patients: int
    plans: int
    opens: int
    closes: int
    lunch: int
    users: tuple[str, ...]
    staff: tuple[Staff, ...]
    chairs: tuple[Chair, ...]

    def num(self, place: int) -> int:
        return self.office.number * 100 + place

    @property
    def fee_schedule(self) -> int:
        return self.num(1)

    def with_role(self, role: str) -> list[Staff]:
        return [s for s in self.staff if s.role == role]


@dataclass(frozen=True, slots=True)
class Code:
    """A procedure code; `lead` and `tail` are the minutes at both ends without the provider."""

    code: str
    description: str
    abbr: str
    minutes: int
    lead: int
    tail: int
    role: str
    category: str
    fee_cents: int
    kind: str

    def pattern(self, increment: int) -> str:
        """The pattern in an office's increments; times are rounded up to whole ones."""
        steps = -(-self.minutes // increment)
        lead, tail = -(-self.lead // increment), -(-self.tail // increment)
        return "/" * lead + "X" * (steps - lead - tail) + "/" * tail


@dataclass(frozen=True, slots=True)
class PlanKind:
    """A kind of plan: its rows in order, each with a code and a priority, and how many of the month's plans."""

    name: str
    tier: str
    heading: str
    kind: str
    count: int
    ages: tuple[int, int]
    teeth: str
    items: tuple[tuple[str, str], ...]


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def locations() -> tuple[Location, ...]:
    """The main clinic of every office; patients and plans belong to these."""
    return tuple(_location(_office(row), row, row["number"]) for row in _read("offices.json"))


@cache
def branches() -> tuple[Location, ...]:
    """Clinics that opened a short while ago in the database of an office; they have no patients of their own yet."""
    return tuple(
        _location(_office(row), {"patients": 0, "plans": 0, "users": [], **branch}, branch["clinic"])
        for row in _read("offices.json")
        for branch in row.get("branches", ())
    )


def _office(row: dict[str, Any]) -> Office:
    return Office(row["number"], row["key"], row["name"], row["zone"], row["increment"], row["kind"])


def _location(office: Office, row: dict[str, Any], clinic: int) -> Location:
    return Location(
        office=office,
        clinic_num=clinic,
        name=row["name"],
        abbr=row["abbr"],
        address=row["address"],
        city=row["city"],
        state=row["state"],
        zip=row["zip"],
        phone=row["phone"],
        area_codes=tuple(row["area_codes"]),
        patients=row["patients"],
        plans=row["plans"],
        opens=_minute(row["opens"]),
        closes=_minute(row["closes"]),
        lunch=_minute(row["lunch"]),
        users=tuple(row["users"]),
        staff=tuple(_staff(each) for each in row["providers"]),
        chairs=tuple(Chair(c["n"], c["name"], c["provider"], c.get("hygienist", 0)) for c in row["chairs"]),
    )


def _staff(row: dict[str, Any]) -> Staff:
    who = (row["n"], row["role"], row["first"], row["last"], row["suffix"])
    return Staff(*who, tuple(row["weekdays"]), tuple(row["chairs"]), row["saturdays"])


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


@cache
def codes() -> dict[str, Code]:
    return {row["code"]: Code(**row) for row in _read("codes.json")}


@cache
def plan_kinds() -> tuple[PlanKind, ...]:
    return tuple(
        PlanKind(
            **{**row, "ages": tuple(row["ages"]), "items": tuple((i["code"], i["priority"]) for i in row["items"])}
        )
        for row in _read("plan_kinds.json")
    )


@cache
def definitions() -> tuple[tuple[int, str, str], ...]:
    """Category, name and value of every definition, in order; the same in every office."""
    return tuple((row["category"], row["name"], row["value"]) for row in _read("definitions.json"))


def definition_num(office: int, category: int, name: str) -> int:
    """DefNums are office x 1000 + the place in the list, counted from 1."""
    places = {(c, n): place for place, (c, n, _) in enumerate(definitions(), 1)}
    return office * 1000 + places[category, name]


@cache
def names() -> dict[str, Any]:
    found: dict[str, Any] = _read("names.json")
    return found


class Numbers:
    """Row numbers, unique over all offices, each kind of row counting by itself."""

    def __init__(self, start: int = 10_000) -> None:
        self._start = start
        self._last: dict[str, int] = {}

    def next(self, table: str) -> int:
        self._last[table] = self._last.get(table, self._start) + 1
        return self._last[table]
