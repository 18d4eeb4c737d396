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
from tests.conformance.vocabulary import DESCRIPTIVE, UNREAD, UnreadInputError, unread_line

_DAY_ONE = date(2031, 1, 1)
_CHAIR = "this operatory"
_ELSEWHERE = "another operatory"
_PROVIDER = "the provider"
_OUR_OWN = "restricted to this visit type"
_SCHEDULES = ("operatory_schedules", "provider_schedules", "schedules", "schedule")
_APPOINTMENTS = ("appointments", "operatory_appointments", "appointments_in_operatory", "same_operatory_appointments")
_ELSEWHERE_APPOINTMENTS = (
    "same_provider_other_operatory_appointments", "other_operatory_appointments",
    "same_hygienist_other_operatory_appointments", "provider_appointments_elsewhere",
)  # fmt: skip
_ALLOWED = ("allowed_blockout_types", "allowed_blockouts", "ignored_blockout_types", "ignored_blockouts")
_RESTRICTED = ("restrict_to_blockouts", "restrict_to_blockout_types", "restricted_to_blockout_types")
_NOW = ("now", "not_before", "current_time", "earliest")
_FROM_DAY = ("first_day", "from_day", "search_from_day")
_TO_DAY = ("last_day", "to_day", "search_to_day")
_APPOINTMENT_RULES = ("appointment_rule", "appointment_rules", "appointment_rule_covers_codes")
_PATTERN = ("pattern_5min", "pattern", "length_minutes", "visit_minutes")
_PROVIDERS = ("provider", "provider_dentist", "prov_dentist", "provider_hygienist", "prov_hygienist")
_WORDS = frozenset({
    *_PROVIDERS,
    *_SCHEDULES, *_APPOINTMENTS, *_ELSEWHERE_APPOINTMENTS, *_ALLOWED, *_RESTRICTED, *_NOW, *_FROM_DAY, *_TO_DAY,
    *_APPOINTMENT_RULES, *_PATTERN, "increment_minutes", "double_booking_allowed", "operatories", "blockouts",
    "patient_clinic_matches_only_this_operatory", "patient_clinic", "clinic", "is_web_sched", "web_sched", "hidden",
    "id", "item_order", "provider", "start", "stop", "end", "minutes", "day", "op", "operatory", "type", "label",
    "status", "hygienist", "is_hygiene", "allowed",
})  # fmt: skip

Inputs = Mapping[str, Any]


def kind_of(case: Mapping[str, Any]) -> str | None:
    """The case's ``kind``, or "slots" for one without that looks like a search for openings."""
    kind = case.get("kind")
    if kind:
        return str(kind)
    inputs = case.get("inputs", {})
    return "slots" if any(name in inputs for name in _PATTERN) else None


def find_slots(inputs: Inputs) -> dict[str, Any]:
    """Every key that a slot case may expect, and the inputs that nobody reads."""
    unread = sorted(set(_unread(inputs)))
    try:
        return _found(inputs) | {UNREAD: unread}
    except Exception as error:
        if unread:
            raise UnreadInputError(f"{unread_line(unread)} ({type(error).__name__}: {error})") from error
        raise


def _unread(given: Any) -> Iterator[str]:
    if isinstance(given, list):
        for each in given:
            yield from _unread(each)
    if isinstance(given, Mapping):
        for key, value in given.items():
            name = re.sub(r"_?day\d.*$", "", key)
            if name and name not in _WORDS and name not in DESCRIPTIVE and not name.startswith("_"):
                yield str(key)
            else:
                yield from _unread(value)


def _found(inputs: Inputs) -> dict[str, Any]:
    """A slot may be written as a pair or as a mapping."""
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
    restricted = _first(inputs, _RESTRICTED)
    ruled = any(inputs.get(name) for name in _APPOINTMENT_RULES)
    first, last = _first(inputs, _FROM_DAY, 1), _first(inputs, _TO_DAY, max(office.days))
    return OpeningRequest(
        pattern=_pattern(inputs),
        providers=tuple({block.provider_id for block in office.blocks if block.kind is BlockKind.WORK}),
        operatories=tuple(office.chairs),
        zone="UTC",
        first=_DAY_ONE + timedelta(days=int(first) - 1),
        last=_DAY_ONE + timedelta(days=int(last) - 1),
        not_before=_at(1, _time_of(_first(inputs, _NOW, "00:00"))),
        increment_minutes=int(inputs.get("increment_minutes", CELL_MINUTES)),
        allow_double_booking=bool(inputs.get("double_booking_allowed", False)) and not ruled,
        allowed_blockouts=_allowed(inputs, office),
        restrict_to_blockouts=() if restricted is None else (_OUR_OWN, *_labels(restricted)),
        snap=False,
    )


def _read(inputs: Inputs) -> _Office:
    office = _Office(days=_named_days(inputs) or {1})
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


def _named_days(given: Any) -> set[int]:
    """Every day that a key or a `day` speaks of, at any depth."""
    if isinstance(given, list):
        return {day for each in given for day in _named_days(each)}
    if not isinstance(given, Mapping):
        return set()
    own = {day for key in given for day in _days_of(key)} | ({int(given["day"])} if "day" in given else set())
    return own | {day for value in given.values() for day in _named_days(value)}


def _first(inputs: Inputs, names: tuple[str, ...], default: Any = None) -> Any:
    return next((inputs[name] for name in names if inputs.get(name) is not None), default)


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
    for day, item in _items(inputs, _SCHEDULES, office.days):
        for provider, own in _worked_in(chairs, item):
            _add_block(office, BlockKind.WORK, day, item, own, provider)


def _worked_in(chairs: list[Inputs], item: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Who works the hours that name no chair, and where: a provider's usual chairs, or all when no chair has one."""
    usual = {str(chair["id"]): {str(chair[name]) for name in _PROVIDERS if name in chair} for chair in chairs}
    who = str(item["provider"]) if isinstance(item, Mapping) and "provider" in item else ""
    if who:
        theirs = tuple(chair for chair, providers in usual.items() if who in providers)
        return [(who, theirs if any(usual.values()) else tuple(usual))]
    main = {chair: next(iter(sorted(providers)), _PROVIDER) for chair, providers in usual.items()}
    return [(one, tuple(chair for chair in main if main[chair] == one)) for one in dict.fromkeys(main.values())]


def _read_blockouts(office: _Office, inputs: Inputs, chairs: list[Inputs]) -> None:
    for chair in chairs:
        for day, item in _items(chair, ("blockouts",), office.days):
            _add_block(office, BlockKind.BLOCKOUT, day, item, (str(chair["id"]),))
    for day, item in _items(inputs, ("blockouts",), office.days):
        _add_block(office, BlockKind.BLOCKOUT, day, item)
    for day, item in _items(inputs, _RESTRICTED, office.days):
        if not isinstance(item, str):
            _add_block(office, BlockKind.BLOCKOUT, day, item, label=_OUR_OWN)


def _items(inputs: Inputs, names: tuple[str, ...], all_days: set[int]) -> Iterator[tuple[int, Any]]:
    """(day, item) of every key that is one of ``names``, with or without days at its end."""
    for key, value in inputs.items():
        if re.sub(r"_day\d.*$", "", key) not in names:
            continue
        if isinstance(value, Mapping) and "start" not in value:
            named = {f"{key}_{day}": stretches for day, stretches in value.items()}
            yield from _items(named, tuple(names), all_days)
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
    named = "allowed" if mapping.get("allowed") is True else str(mapping.get("type", mapping.get("label", "")))
    office.blocks.append(
        ScheduleBlock(
            id=str(len(office.blocks)),
            kind=kind,
            start=start,
            stop=stop,
            provider_id=provider and str(mapping.get("provider", provider)),
            operatories=chairs if chair is None else (str(chair),),
            label=label or named,
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
            provider_id=str(mapping.get("provider", _PROVIDER if mapping.get("is_hygiene") is True else provider)),
            hygienist_id=str(mapping.get("hygienist", "")),
            hygiene=bool(mapping.get("is_hygiene", "hygienist" in mapping)),
        )
    )


def _stretch(day: int, item: Any) -> tuple[datetime, datetime]:
    """Start and stop of a pair or mapping."""
    if not isinstance(item, Mapping):
        opens, closes = item
        minutes = 0 if ":" in closes else CELL_MINUTES * len(closes)
        return _until(_at(day, opens), _at(day, opens if minutes else closes) + timedelta(minutes=minutes))
    start = _at(day, item["start"])
    stop = item.get("stop", item.get("end"))
    if stop is not None:
        return _until(start, _at(day, stop))
    minutes = int(item.get("minutes", item.get("length_minutes", CELL_MINUTES * len(_pattern(item)))))
    return start, start + timedelta(minutes=minutes)


def _until(start: datetime, stop: datetime) -> tuple[datetime, datetime]:
    """A stretch that ends at or before its start ends on the next day."""
    return start, stop if stop > start else stop + timedelta(days=1)


def _pattern(mapping: Inputs) -> str:
    """A visit given by its length alone takes the provider all the time."""
    minutes = mapping.get("length_minutes", mapping.get("visit_minutes", 0))
    return str(mapping.get("pattern_5min", mapping.get("pattern", "X" * (int(minutes) // CELL_MINUTES))))


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


def _time_of(moment: Any) -> str:
    """The time of a moment that may have a date before it."""
    return re.split(r"[T ]", str(moment).strip())[-1]


def _clock(instant: datetime) -> str:
    return f"{instant:%H:%M}"


def _slot(opening: Opening) -> AnyOf:
    """A slot in both spellings: ``[start, stop]``, and a mapping with day, chair and provider too."""
    start, stop = _clock(opening.start), _clock(opening.stop)
    day = (opening.start.date() - _DAY_ONE).days + 1
    named = {"day": day, "start": start, "stop": stop, "op": opening.operatory_id, "provider": opening.provider_id}
    return AnyOf(([start, stop], named))
