"""Opening-finder cases: reads a case's plain hours and pairs, searches with the product's finder, answers in kind.

A case has no date: "day 1" is a fixed Wednesday in UTC. Spellings are read generously: a stretch of time is
``["09:00", "10:00"]`` or a mapping with ``start`` and ``stop``/``end``/``pattern_5min``/``minutes``; a key that ends
in ``_day1``, ``_day2`` or ``_day1_and_day2`` counts on those days only.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.openings import OpeningRequest, find_openings
from domain.people import Operatory
from domain.slots import Appointment, AppointmentStatus, BlockKind, Opening, ScheduleBlock
from domain.treatment_plan import CELL_MINUTES
from tests.conformance.compare import AnyOf

_DAY_ONE = date(2031, 1, 1)
_CHAIR = "this operatory"
_ELSEWHERE = "another operatory"
_PROVIDER = "the provider"
_OUR_OWN = "restricted to this visit type"
_SCHEDULES = ("operatory_schedules", "provider_schedules", "schedules", "schedule")
_APPOINTMENTS = ("appointments", "operatory_appointments")
_ELSEWHERE_APPOINTMENTS = ("same_provider_other_operatory_appointments", "other_operatory_appointments")
_ALLOWED = ("allowed_blockout_types", "allowed_blockouts", "ignored_blockout_types", "ignored_blockouts")

Inputs = Mapping[str, Any]


def kind_of(case: Mapping[str, Any]) -> str | None:
    """The case's ``kind``, or "slots" for one without that looks like a search for openings."""
    kind = case.get("kind")
    if kind:
        return str(kind)
    inputs = case.get("inputs", {})
    return "slots" if "pattern_5min" in inputs or "pattern" in inputs else None


def find_slots(inputs: Inputs) -> dict[str, Any]:
    """Every key that a slot case may expect; a slot may be written as a pair or as a mapping."""
    office = _read(inputs)
    openings = find_openings(_request(inputs, office), office.blocks, office.appointments)
    slots = [_slot(each) for each in openings]
    return {
        "count": len(slots),
        "slots": slots,
        "first": slots[0] if slots else None,
        "last": slots[-1] if slots else None,
        "distinct_start_times": len({each.start for each in openings}),
        "asserted_upstream": {str(at): slot for at, slot in enumerate(slots)},
    }


OPERATIONS: dict[str, Callable[[Inputs], dict[str, Any]]] = {"slots": find_slots}


@dataclass
class _Office:
    days: set[int]
    chairs: list[Operatory] = field(default_factory=list)
    blocks: list[ScheduleBlock] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)


def _request(inputs: Inputs, office: _Office) -> OpeningRequest:
    restricted = inputs.get("restrict_to_blockouts")
    earliest = inputs.get("now") or inputs.get("not_before") or "00:00"
    return OpeningRequest(
        pattern=_pattern(inputs),
        providers=tuple({block.provider_id for block in office.blocks if block.kind is BlockKind.WORK}),
        operatories=tuple(office.chairs),
        zone="UTC",
        first=_DAY_ONE,
        last=_DAY_ONE + timedelta(days=max(office.days) - 1),
        not_before=_at(1, earliest),
        increment_minutes=int(inputs.get("increment_minutes", CELL_MINUTES)),
        allow_double_booking=bool(inputs.get("double_booking_allowed", False)),
        allowed_blockouts=_allowed(inputs, office),
        restrict_to_blockouts=() if restricted is None else (_OUR_OWN, *_labels(restricted)),
        snap=False,
    )


def _read(inputs: Inputs) -> _Office:
    named = {day for key in inputs for day in _days_of(key)}
    office = _Office(days=named or {1})
    chairs = inputs.get("operatories") or [{"id": _CHAIR}]
    for order, chair in enumerate(chairs):
        _read_chair(office, inputs, chair, order)
    _read_hours(office, inputs, chairs)
    _read_blockouts(office, inputs, chairs)
    first_chair = str(chairs[0]["id"])
    for day, item in _items(inputs, _APPOINTMENTS, office.days):
        _add_appointment(office, day, item, first_chair, provider="")
    for day, item in _items(inputs, _ELSEWHERE_APPOINTMENTS, office.days):
        _add_appointment(office, day, item, _ELSEWHERE, _PROVIDER)
    return office


def _read_chair(office: _Office, inputs: Inputs, chair: Inputs, order: int) -> None:
    other_clinic = inputs.get("patient_clinic_matches_only_this_operatory", True) is False
    if "clinic" in chair and "patient_clinic" in inputs:
        other_clinic = chair["clinic"] != inputs["patient_clinic"]
    off_line = chair.get("is_web_sched", chair.get("web_sched", True)) is False
    office.chairs.append(
        Operatory(
            id=str(chair["id"]),
            name=str(chair["id"]),
            order=int(chair.get("item_order", order)),
            hidden=other_clinic or off_line or bool(chair.get("hidden", False)),
        )
    )


def _read_hours(office: _Office, inputs: Inputs, chairs: list[Inputs]) -> None:
    for chair in chairs:
        provider = str(chair.get("provider", _PROVIDER))
        for day, item in _items(chair, _SCHEDULES, office.days):
            _add_block(office, BlockKind.WORK, day, item, (str(chair["id"]),), provider)
        for day, item in _items(chair, _APPOINTMENTS, office.days):
            _add_appointment(office, day, item, str(chair["id"]), str(chair.get("provider", "")))
    everywhere = tuple(str(chair["id"]) for chair in chairs)
    for day, item in _items(inputs, _SCHEDULES, office.days):
        _add_block(office, BlockKind.WORK, day, item, everywhere, _PROVIDER)


def _read_blockouts(office: _Office, inputs: Inputs, chairs: list[Inputs]) -> None:
    for chair in chairs:
        for day, item in _items(chair, ("blockouts",), office.days):
            _add_block(office, BlockKind.BLOCKOUT, day, item, (str(chair["id"]),))
    for day, item in _items(inputs, ("blockouts",), office.days):
        _add_block(office, BlockKind.BLOCKOUT, day, item)
    for day, item in _items(inputs, ("restrict_to_blockouts",), office.days):
        if not isinstance(item, str):
            _add_block(office, BlockKind.BLOCKOUT, day, item, label=_OUR_OWN)


def _items(inputs: Inputs, names: tuple[str, ...], all_days: set[int]) -> Iterator[tuple[int, Any]]:
    """(day, item) of every key that is one of ``names``, with or without days at its end."""
    for key, value in inputs.items():
        if re.sub(r"_day\d.*$", "", key) not in names:
            continue
        for item in [value] if _is_one(value) else value or ():
            days = {int(item["day"])} if isinstance(item, Mapping) and "day" in item else _days_of(key) or all_days
            yield from ((day, item) for day in sorted(days))


def _is_one(value: Any) -> bool:
    """Whether a value is one stretch of time rather than a list of them."""
    return isinstance(value, Mapping) or (bool(value) and isinstance(value[0], str) and ":" in value[0])


def _days_of(key: str) -> set[int]:
    return {int(day) for day in re.findall(r"day(\d+)", key)}


def _add_block(
    office: _Office,
    kind: BlockKind,
    day: int,
    item: Any,
    chairs: tuple[str, ...] = (),
    provider: str = "",
    label: str = "",
) -> None:
    start, stop = _stretch(day, item)
    mapping = item if isinstance(item, Mapping) else {}
    chair = mapping.get("op", mapping.get("operatory"))
    office.blocks.append(
        ScheduleBlock(
            id=str(len(office.blocks)),
            kind=kind,
            start=start,
            stop=stop,
            provider_id=provider and str(mapping.get("provider", provider)),
            operatories=chairs if chair is None else (str(chair),),
            label=label or str(mapping.get("type", mapping.get("label", ""))),
        )
    )


def _add_appointment(office: _Office, day: int, item: Any, chair: str, provider: str) -> None:
    start, stop = _stretch(day, item)
    mapping = item if isinstance(item, Mapping) else {}
    cells = (stop - start) // timedelta(minutes=CELL_MINUTES)
    office.appointments.append(
        Appointment(
            id=str(len(office.appointments)),
            patient_id="somebody",
            status=AppointmentStatus(str(mapping.get("status", "scheduled")).casefold()),
            start=start,
            pattern=_pattern(mapping) or "X" * cells,
            operatory_id=str(mapping.get("op", mapping.get("operatory", chair))),
            provider_id=str(mapping.get("provider", provider)),
        )
    )


def _stretch(day: int, item: Any) -> tuple[datetime, datetime]:
    """Start and stop of a pair or mapping."""
    if not isinstance(item, Mapping):
        opens, closes = item
        minutes = 0 if ":" in closes else CELL_MINUTES * len(closes)
        return _at(day, opens), _at(day, opens if minutes else closes) + timedelta(minutes=minutes)
    start = _at(day, item["start"])
    stop = item.get("stop", item.get("end"))
    if stop is not None:
        return start, _at(day, stop)
    minutes = int(item.get("minutes", item.get("length_minutes", CELL_MINUTES * len(_pattern(item)))))
    return start, start + timedelta(minutes=minutes)


def _pattern(mapping: Inputs) -> str:
    return str(mapping.get("pattern_5min", mapping.get("pattern", "")))


def _at(day: int, clock: str) -> datetime:
    """An instant of a day; ``"24:00"`` is the next midnight."""
    hours, minutes = (int(part) for part in clock.split(":")[:2])
    midnight = datetime(_DAY_ONE.year, _DAY_ONE.month, _DAY_ONE.day, tzinfo=UTC)
    return midnight + timedelta(days=day - 1, hours=hours, minutes=minutes)


def _allowed(inputs: Inputs, office: _Office) -> tuple[str, ...]:
    """Blockout types the case names as allowed, or describes as such ("generally allowed")."""
    named = [label for key in _ALLOWED for label in _labels(inputs.get(key, ()))]
    described = [b.label for b in office.blocks if "allowed" in b.label.casefold() and "not" not in b.label.casefold()]
    return (*named, *described)


def _labels(items: Any) -> list[str]:
    return [item for item in items if isinstance(item, str) and ":" not in item]


def _clock(instant: datetime) -> str:
    return f"{instant:%H:%M}"


def _slot(opening: Opening) -> AnyOf:
    """A slot in both spellings: ``[start, stop]``, and a mapping with day, chair and provider too."""
    start, stop = _clock(opening.start), _clock(opening.stop)
    day = (opening.start.date() - _DAY_ONE).days + 1
    named = {"day": day, "start": start, "stop": stop, "op": opening.operatory_id, "provider": opening.provider_id}
    return AnyOf(([start, stop], named))
