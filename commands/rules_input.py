"""Questions to the rules as people and programs write them, made into domain values. Raises ValueError on mistakes."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from connectors import phones
from domain.people import TextConsent
from domain.route import CaseFacts
from rules.contact import ContactPerson
from rules.us_zones import US_ZONES, ZONES_OF_STATE, zones_of_state


def case_facts(path: Path, now: datetime, zones: Mapping[str, str]) -> CaseFacts:
    """The case in a JSON file (``-`` is standard input); ``at`` is ``now`` when it says none.

    ``zones``: the known locations' zones, for a case that names its location only.
    """
    text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    try:
        given = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise ValueError(f"{path}, line {wrong.lineno}: not JSON: {wrong.msg}") from wrong
    if not isinstance(given, dict) or not isinstance(given.get("procedures"), list):
        raise ValueError(f'{path}: give one JSON object with "procedures": [{{"code": "D6010", ...}}]')
    found = _without_nulls(given)
    found.setdefault("zone", zones.get(str(found.get("location", "")), "UTC"))
    return _facts(found, now, str(path))


def _facts(given: dict[str, Any], now: datetime, where: str) -> CaseFacts:
    given.setdefault("location", "")
    given.setdefault("at", now)
    known_zone(str(given["zone"]))
    try:
        facts = CaseFacts.model_validate(given)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{where}: {key}: {first['msg']}") from wrong
    return facts if facts.at.tzinfo else facts.model_copy(update={"at": facts.at.replace(tzinfo=UTC)})


def _without_nulls(value: Any) -> Any:
    """A null says the same as leaving the key out."""
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


def known_zone(name: str) -> str:
    """The zone, when there is one of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise ValueError(f"{name!r} is no time zone; write one like America/Boise") from wrong
    return name


def contact_person(
    zones: tuple[str, ...], phone: str, state: str, consent: TextConsent, opted_out: bool, answer: bool
) -> ContactPerson:
    """Who would get the text; the address's state gives the zones when none are said."""
    code = state.upper()
    if code and code not in ZONES_OF_STATE:
        raise ValueError(f"{state!r} is no US state; write two letters like ID")
    number = phones.normalize(phone) if phone else ""
    if number is None:
        raise ValueError(f"{phone!r} is no phone number; write it like +12085550142")
    if number and not _is_us_number(number):
        raise ValueError(f"{phone!r} is no US number, and only US numbers are texted; write one like +12085550142")
    of_number = phones.zones_of(number) if number else ()
    return ContactPerson(
        zones=tuple(dict.fromkeys((*(zones or zones_of_state(code)), *of_number))),
        state=code,
        number_state=phones.state_of(number) if number else "",
        consent=consent,
        opted_out=opted_out,
        kind="answer" if answer else "campaign",
    )


def _is_us_number(number: str) -> bool:
    """Whether the number is of a US state or territory, toll-free, or of an area code too new to be listed."""
    zones = phones.zones_of(number)
    ours = not zones or phones.state_of(number) != "" or not set(US_ZONES).isdisjoint(zones)
    return number.startswith("+1") and ours


def instant(text: str, zones: tuple[str, ...]) -> datetime:
    """An instant; without an offset it is local time in the first zone (UTC when there is none)."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise ValueError(f"{text!r} is no instant; write it like 2026-11-23T20:05:00-07:00") from wrong
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zones[0]) if zones else UTC)
