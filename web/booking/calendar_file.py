"""The calendar file of a booked visit (RFC 5545). It says when and where, and nothing of what."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from domain.records import CaseRecord
from domain.treatment_plan import CELL_MINUTES
from web.booking.visit import Visit

_STAMP = "%Y%m%dT%H%M%SZ"
_LONGEST_LINE = 75


def calendar_file(visit: Visit) -> str:
    """Raises ValueError when the visit is not booked."""
    case, office = visit.case, visit.office
    if case.booked_start is None:
        raise ValueError("only a booked visit has a calendar file")
    minutes = CELL_MINUTES * len(case.pattern) or 60
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Chairtime//Booking//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid(case)}",
        f"DTSTAMP:{_stamp(visit.now)}",
        f"DTSTART:{_stamp(case.booked_start)}",
        f"DTEND:{_stamp(case.booked_start + timedelta(minutes=minutes))}",
        f"SUMMARY:{_text(office.name)}",
        f"LOCATION:{_text(office.address or office.name)}",
        f"DESCRIPTION:{_text(visit.say('call_at', phone=visit.location.phone))}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(_folded(line) + "\r\n" for line in lines)


def uid(case: CaseRecord) -> str:
    """The same for the same case, so that a moved visit replaces the old entry."""
    return sha256(case.case_id.encode()).hexdigest()[:32] + "@chairtime"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_STAMP)


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets; a longer one goes on after a line break and a space."""
    parts, part = [], b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > _LONGEST_LINE:
            parts.append(part.decode())
            part = b" "
        part += octets
    return "\r\n".join([*parts, part.decode()])
