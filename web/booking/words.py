"""The words of the patient's pages by language, and how days and times are said in each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from domain.spoken import MONTHS
from web.booking import english, spanish

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": english.WORDS, "es": spanish.WORDS}

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_US_PHONE = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")


@dataclass(frozen=True, slots=True)
class Words:
    """One language for one reader; ``name`` is the patient's first name, ``guardian``: somebody books for them."""

    language: str
    name: str = ""
    guardian: bool = False

    def __call__(self, key: str, **fields: object) -> str:
        """The words of ``key``, filled. Raises KeyError for an unknown key or a missing field."""
        known = LANGUAGES[self.language]
        other = f"{key}_for"
        wanted = other if self.guardian and self.name and other in known else key
        return known[wanted].format(**{"name": self.name, **fields})

    def day(self, day: date) -> str:
        """``Monday, November 23`` or ``lunes 23 de noviembre``."""
        weekday, month = self.weekday(day), MONTHS[self.language][day.month - 1]
        return f"{weekday} {day.day} de {month}" if self.language == "es" else f"{weekday}, {month} {day.day}"

    def weekday(self, day: date) -> str:
        return _DAYS[self.language][day.weekday()]

    def short_date(self, day: date) -> str:
        """``Nov 23`` or ``23 nov``."""
        month = MONTHS[self.language][day.month - 1][:3]
        return f"{day.day} {month}" if self.language == "es" else f"{month} {day.day}"

    def time(self, at: datetime, zone: tzinfo) -> str:
        """``9:00 AM`` in the office's zone."""
        local = at.astimezone(zone)
        return f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"

    def length(self, minutes: int) -> str:
        hours, rest = divmod(minutes, 60)
        if minutes <= 90 or not hours:
            return self("about_minutes", minutes=minutes)
        return self("about_hours_minutes", hours=hours, minutes=rest) if rest else self("about_hours", hours=hours)


def phone_words(phone: str) -> str:
    """A number as people write it: ``(208) 555-0142``; one that is not American stays as it is."""
    found = _US_PHONE.fullmatch(phone)
    return f"({found[1]}) {found[2]}-{found[3]}" if found else phone


def phone_link(phone: str) -> str:
    return "tel:" + re.sub(r"[^\d+]", "", phone)


def zone_words(at: datetime, zone: tzinfo) -> str:
    """``MST``: the short name of the office's zone on that day."""
    return at.astimezone(zone).tzname() or ""
