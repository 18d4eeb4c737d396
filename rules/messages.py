"""Texts to patients: templates filled from a closed set of fields.

Nothing about health, treatment or the plan's price can get in: the templates are linted when rules are loaded
(``rules.template_lint``), and a field takes only what its pattern allows (a name, a date line, a link, the deposit).
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from domain.money import format_usd
from rules.gsm import Encoding, encoding_of, plain, segments
from rules.model import Template, Templates

_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}
_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}
_NAME = r"[^\W\d_][\w'’ .,&()/-]{0,59}"
_WHEN = r"[A-Za-zÀ-ÿ]{3} (?:[A-Za-z]{3} )?\d{1,2}(?: [a-z]{3})?(?:,? \d{1,2}:\d\d [AP]M)?"
_PATTERNS = {
    "practice": r"[\w][\w'’ .,&()/+*!@:-]{0,59}",
    "first_name": _NAME,
    "person": _NAME,
    "coordinator": _NAME,
    "phone": r"\+?[\d ().-]{7,20}",
    "link": r"https?://[\w.:/?=&%~#-]{4,120}",
    "when": _WHEN,
    "until": rf"{_WHEN}|\d{{1,2}}:\d\d [AP]M",
    "date": _WHEN,
    "place": r"[\w][\w'’ .,&()#/-]{0,119}",
}
_SOFT = frozenset({"first_name", "person", "coordinator", "place"})
"""Fields a text can do without: one that is not of its kind is left out, so a strange name never stops a text."""
_OPENING = rf"\d{{1,3}}\) {_WHEN}"


class MessageFields(BaseModel):
    """Everything that a text may say, and nothing else.

    ``openings`` are lines made by ``opening_line``; ``when``, ``until`` and ``date`` too (without number);
    ``deposit_cents`` is the deposit only, never a price of treatment; ``person`` names another patient on this phone;
    ``office`` is where the openings are when that is not the practice's own office, and stands above them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    practice: str
    phone: str = ""
    first_name: str = ""
    person: str = ""
    coordinator: str = ""
    openings: tuple[str, ...] = ()
    office: str = ""
    link: str = ""
    when: str = ""
    until: str = ""
    date: str = ""
    place: str = ""
    deposit_cents: int = 0


PLACEHOLDERS = (
    *(name for name in MessageFields.model_fields if name not in ("deposit_cents", "office")),
    "deposit",
    "choices",
)
_NOT_IN_A_PLACE = re.compile(r"[^\w'’ .,&()#/-]")
_AT_OFFICE = {"en": "At {}:", "es": "En {}:"}


class Rendered(BaseModel):
    """A text ready to send; ``segments`` is what it costs."""

    model_config = ConfigDict(frozen=True)

    body: str
    segments: int
    encoding: Encoding


def opening_line(number: int | None, start: datetime, zone: str, language: str) -> str:
    """``1) Mon Nov 23, 9:00 AM`` in the office's zone; without ``number`` the bare date and time."""
    local = start.astimezone(ZoneInfo(zone))
    hour, half = local.hour % 12 or 12, "AM" if local.hour < 12 else "PM"
    text = f"{day_line(local.date(), language)}, {hour}:{local.minute:02d} {half}"
    return text if number is None else f"{number}) {text}"


def day_line(day: date, language: str) -> str:
    """``Mon Nov 23`` or ``lun 23 nov``."""
    spoken = language if language in _DAYS else "en"
    name, month = _DAYS[spoken][day.weekday()], _MONTHS[spoken][day.month - 1]
    return f"{name} {day.day} {month}" if spoken == "es" else f"{name} {month} {day.day}"


def clock_line(at: datetime, zone: str) -> str:
    """``4:35 PM`` in the office's zone."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"


def render(templates: Templates, key: str, language: str, fields: MessageFields, tier: str = "") -> Rendered:
    """The text of a template in a language (English when it has no other), in the tier's own words if it has some.

    Raises KeyError for an unknown template, ValueError when a field the words use is missing or not what it may be.
    """
    template = templates.by_key.get(key)
    if template is None:
        raise KeyError(f"no template {key!r}; known: {', '.join(sorted(templates.by_key))}")
    words = wording(template, language, tier)
    body = plain(_filled(words, _checked(fields, language), key))
    return Rendered(body=body, segments=segments(body), encoding=encoding_of(body))


def wording(template: Template, language: str, tier: str = "") -> str:
    """The words before filling."""
    for texts in (template.tiers.get(tier, {}), template.texts):
        for spoken in (language, "en"):
            if spoken in texts:
                return texts[spoken].text
    raise ValueError(f"template {template.key} has no English text")


def placeholders(words: str) -> list[str]:
    """The fields that the words use. Raises ValueError when the braces are not in pairs."""
    return [name for _, name, _, _ in Formatter().parse(words) if name is not None]


def _checked(fields: MessageFields, language: str) -> dict[str, str]:
    """The fields as text, after their patterns."""
    values = {name: str(getattr(fields, name)) for name in _PATTERNS}
    for name, text in values.items():
        if not text or re.fullmatch(_PATTERNS[name], text):
            continue
        if name in _SOFT:
            values[name] = ""
        else:
            raise ValueError(f"the field {name} holds something that no text may say; it must look like its kind")
    for line in fields.openings:
        if not re.fullmatch(_OPENING, line):
            raise ValueError("an opening is a number, a day and a time; make it with opening_line")
    office = _NOT_IN_A_PLACE.sub("", fields.office).strip()[:120]
    above = (_AT_OFFICE.get(language, _AT_OFFICE["en"]).format(office),) if office else ()
    values["openings"] = "\n".join((*above, *fields.openings))
    values["choices"] = _choices(fields.openings)
    values["deposit"] = format_usd(fields.deposit_cents).removesuffix(".00") if fields.deposit_cents else ""
    return values


def _choices(openings: tuple[str, ...]) -> str:
    """``1, 2, 3``: the numbers a patient may reply with."""
    return ", ".join(line.partition(")")[0] for line in openings)


_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


def _filled(words: str, values: Mapping[str, str], key: str) -> str:
    """Words in square brackets are dropped when a field inside them is empty; outside, every field must be there."""

    def keep(part: re.Match[str]) -> str:
        return part[1] if all(values.get(name) for name in placeholders(part[1])) else ""

    kept = _OPTIONAL.sub(keep, words)
    missing = sorted({name for name in placeholders(kept) if not values.get(name)})
    if missing:
        raise ValueError(f"template {key} needs {', '.join(missing)}")
    return kept.format_map(values).strip()
