"""Phone numbers: E.164, the time zones and the US state that an area code stands for, and what the number may be."""

import re
from functools import lru_cache
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, geocoder, timezone
from phonenumbers.tzdata import TIMEZONE_DATA

LineHint = Literal["mobile", "landline", "toll_free", "unknown"]

_UNKNOWN_ZONE = "Etc/Unknown"
_STATE_AT_END = re.compile(r",\s*([A-Z]{2})$")

_STATE_NAMES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "District of Columbia": "DC", "Florida": "FL", "Georgia": "GA",
    "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS",
    "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI",
    "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV",
    "New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC",
    "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA",
    "Puerto Rico": "PR", "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN",
    "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virginia": "VA", "Washington State": "WA", "Washington": "WA",
    "Washington D.C.": "DC", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
}  # fmt: skip

_LINE_HINTS: dict[int, LineHint] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.TOLL_FREE: "toll_free",
}


def normalize(raw: str, region: str = "US") -> str | None:
    """E.164 of a number in any punctuation, None when it cannot be one.

    Possible numbers pass, not only assigned ones: area codes are newer than any list, and the fictional
    555-01xx numbers of the sandbox must pass too. Extensions are dropped only by refusing the number: a text
    cannot reach an extension.
    """
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    if number.country_code == 1 and not _is_north_american(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def zones_of(phone: str) -> tuple[str, ...]:
    """IANA zones that the number may be in; empty when nobody knows (toll-free, not assigned).

    In North America the whole area code counts, not the exchange: mobile numbers do not keep to theirs.
    """
    number = _parsed(phone)
    if number is None or phonenumbers.number_type(number) == PhoneNumberType.TOLL_FREE:
        return ()
    if number.country_code == 1:
        return _area_zones(str(number.national_number)[:3])
    return tuple(zone for zone in timezone.time_zones_for_geographical_number(number) if zone != _UNKNOWN_ZONE)


@lru_cache
def _area_zones(area_code: str) -> tuple[str, ...]:
    """Every zone that any prefix of the area code is listed under."""
    prefix = f"1{area_code}"
    return tuple(sorted({zone for key, zones in TIMEZONE_DATA.items() if key.startswith(prefix) for zone in zones}))


def state_of(phone: str) -> str:
    """Two-letter US state of the area code, "" when it has none (toll-free, abroad, unknown)."""
    number = _parsed(phone)
    if number is None or number.country_code != 1:
        return ""
    return _state_in(geocoder.description_for_number(_stand_in(number), "en"))


def state_code(written: str) -> str:
    """Two-letter code of a US state written as a code or a name, "" for anything else."""
    cleaned = written.strip()
    code = _STATE_NAMES.get(cleaned.title(), cleaned.upper())
    return code if code in _STATE_NAMES.values() else ""


def line_hint(phone: str) -> LineHint:
    """What kind of line the numbering plan says. In the US mobile and landline share area codes: mostly "unknown"."""
    number = _parsed(phone)
    if number is None:
        return "unknown"
    return _LINE_HINTS.get(phonenumbers.number_type(number), "unknown")


def _parsed(phone: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return None


def _is_north_american(number: PhoneNumber) -> bool:
    """Area code and exchange begin with 2-9 (North American Numbering Plan); weeds out 000-000-0000 and the like."""
    digits = str(number.national_number)
    return len(digits) == 10 and digits[0] in "23456789" and digits[3] in "23456789"


def _stand_in(number: PhoneNumber) -> PhoneNumber:
    """The area code's own number: an exchange says a city, and 555 is listed nowhere."""
    area_code = str(number.national_number)[:3]
    return PhoneNumber(country_code=1, national_number=int(f"{area_code}5550100"))


def _state_in(description: str) -> str:
    """The state in "Idaho" or "Boise, ID"."""
    at_end = _STATE_AT_END.search(description)
    return at_end[1] if at_end else _STATE_NAMES.get(description, "")
