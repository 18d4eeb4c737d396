"""The contact rules as read, day by day."""

from collections.abc import Mapping
from typing import Any

from rules.errors import Place
from rules.model import NOWHERE, CapsRule, ContactRules, HoursRule
from rules.quantities import Window
from rules.shape import Fields, Said

_NO_HOURS = HoursRule("default", (None,) * 7, (NOWHERE,) * 7)


def build_contact(fields: Fields) -> ContactRules:
    """Typed contact rules; without default hours nothing may be sent unasked."""
    holidays, consent, zones = (fields.get(key) for key in ("holidays", "unknown_consent", "zones_when_unknown"))
    note = fields.get("note")
    return ContactRules(
        default_hours=_hours("default", fields["default_hours"]) if "default_hours" in fields else _NO_HOURS,
        caps=_caps("default", fields.get("caps")),
        state_hours={state: _hours(state, said) for state, said in _map(fields, "state_hours").items()},
        state_caps={state: _caps(state, said) for state, said in _map(fields, "state_caps").items()},
        holidays=frozenset(each.value for each in holidays.value) if holidays else frozenset(),
        holidays_at=holidays.at if holidays else NOWHERE,
        unknown_consent=consent.value if consent else "block",
        consent_at=consent.at if consent else NOWHERE,
        zones_when_unknown=tuple(each.value for each in zones.value) if zones else (),
        zones_at=zones.at if zones else NOWHERE,
        note=note.value if note else "",
    )


def _map(fields: Fields, key: str) -> Mapping[Any, Said]:
    found = fields.get(key)
    return found.value if found else {}


def _hours(name: str, said: Said) -> HoursRule:
    """Lines are applied from top to bottom, so a later line wins for its days."""
    days: list[Window | None] = [None] * 7
    places: list[Place] = [said.at] * 7
    for numbers, each in said.value.items():
        for number in numbers:
            days[number], places[number] = each.value, each.at
    return HoursRule(name, tuple(days), tuple(places))


def _caps(name: str, said: Said | None) -> CapsRule:
    if said is None:
        return CapsRule(name, None, None, NOWHERE)
    day, week = said.value.get("per_day"), said.value.get("per_week")
    return CapsRule(name, day.value if day else None, week.value if week else None, said.at)
