"""When a phone may be texted: hours by state and weekday, caps, holidays, consent and opt-out.

Unasked texts must be permitted in every zone and by every state that the recipient may be in. The direct answer to what
a patient just did goes at once, outside hours and caps; opt-outs hold for everything (design, invariant 8).
Sources: 47 CFR 64.1200(c)(1) and (a)(10), state hours as in ``rules/base/contact.yaml``.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from domain.people import TextConsent
from rules.errors import Place
from rules.holiday_calendar import holiday_dates
from rules.model import CapsRule, ContactRules, HoursRule
from rules.quantities import Window

_DAY = timedelta(hours=24)
_WEEK = timedelta(days=7)
_SEARCH_DAYS = 60
"""Farther ahead no permitted minute is looked for."""


class ContactPerson(BaseModel):
    """Who would get the text. ``zones`` come from address and number; all of them must permit it.

    ``state`` is the address's, ``number_state`` the area code's, "" when unknown; ``kind`` "answer" is the direct reply
    to what the patient just did.
    """

    model_config = ConfigDict(frozen=True)

    zones: tuple[str, ...] = ()
    state: str = ""
    number_state: str = ""
    consent: TextConsent = TextConsent.UNKNOWN
    opted_out: bool = False
    kind: Literal["campaign", "answer"] = "campaign"


class ContactDecision(BaseModel):
    """``allowed`` now, else ``next_allowed`` (None: never as things stand). ``blocked``: waiting does not help.

    ``rule`` names the rule and its file and line; ``local_time`` is the recipient's time that decided (ISO 8601).
    """

    model_config = ConfigDict(frozen=True)

    allowed: bool
    next_allowed: datetime | None
    rule: str
    local_time: str
    blocked: bool = False


def decide(rules: ContactRules, person: ContactPerson, sent: Sequence[datetime], now: datetime) -> ContactDecision:
    """Whether this text may leave at ``now``. ``sent`` are the times of unasked texts to this phone, 8 days back."""
    now = now.astimezone(UTC)
    zones = _zones(rules, person)
    never = _refusal(rules, person)
    if never:
        here = _local(now, zones[0])
        return ContactDecision(allowed=False, next_allowed=None, rule=never, local_time=here, blocked=True)
    if person.kind == "answer":
        rule = "an answer to what the patient just did goes at once"
        return ContactDecision(allowed=True, next_allowed=now, rule=rule, local_time=_local(now, zones[0]))
    against = _against_hours(rules, person, zones, now) or _against_caps(rules, person, zones[0], sent, now)
    if against is None:
        rule = _hours_name(rules.default_hours, now.astimezone(ZoneInfo(zones[0])).weekday())
        return ContactDecision(allowed=True, next_allowed=now, rule=rule, local_time=_local(now, zones[0]))
    rule, zone = against
    later = next_allowed_at_or_after(rules, person, sent, now)
    return ContactDecision(
        allowed=False, next_allowed=later, rule=rule, local_time=_local(now, zone), blocked=later is None
    )


def next_allowed_at_or_after(
    rules: ContactRules, person: ContactPerson, sent: Sequence[datetime], now: datetime
) -> datetime | None:
    """The first instant from ``now`` on at which an unasked text may leave; None when none comes in 60 days."""
    zones = _zones(rules, person)
    caps = _caps(rules, person)
    at = now.astimezone(UTC)
    limit = at + timedelta(days=_SEARCH_DAYS)
    while at <= limit:
        later = max(_next_in_hours(rules, person, zone, at, limit) for zone in zones)
        later = max(later, _next_under_caps(caps, sent, later))
        if later == at:
            return at.astimezone(UTC)
        at = later
    return None


def window_end(rules: ContactRules, person: ContactPerson, now: datetime) -> datetime:
    """When the stretch of permitted time around ``now`` closes; ``now`` itself when no text is permitted."""
    return min(_window_end_in(rules, person, zone, now) for zone in _zones(rules, person))


def _zones(rules: ContactRules, person: ContactPerson) -> tuple[str, ...]:
    return person.zones or rules.zones_when_unknown or ("America/New_York",)


def _refusal(rules: ContactRules, person: ContactPerson) -> str:
    if person.opted_out:
        return "the phone has opted out"
    if person.consent is TextConsent.NO:
        return "the patient does not agree to texts"
    unknown = person.consent is TextConsent.UNKNOWN and person.kind == "campaign"
    if unknown and rules.unknown_consent == "block":
        return f"consent to texts is not recorded{_where(rules.consent_at)}"
    return ""


def _hours_rules(rules: ContactRules, person: ContactPerson) -> tuple[HoursRule, ...]:
    states = dict.fromkeys((person.state, person.number_state))
    own = tuple(rules.state_hours[state] for state in states if state in rules.state_hours)
    return (rules.default_hours, *own)


def _day_window(rules: ContactRules, person: ContactPerson, day: date) -> Window | None:
    """Minutes of the local day that every rule permits."""
    if day in holiday_dates(day.year, rules.holidays):
        return None
    first, last = 0, 1440
    weekday = day.weekday()
    for each in _hours_rules(rules, person):
        own = each.days[weekday]
        if own is None:
            return None
        first, last = max(first, own[0]), min(last, own[1])
    return (first, last) if first < last else None


def _against_hours(
    rules: ContactRules, person: ContactPerson, zones: Sequence[str], now: datetime
) -> tuple[str, str] | None:
    """The rule and the zone that forbid a text now."""
    for zone in zones:
        local = now.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        if local.date() in holiday_dates(local.year, rules.holidays):
            return f"no unasked texts on this holiday{_where(rules.holidays_at)}", zone
        for each in _hours_rules(rules, person):
            own = each.days[local.weekday()]
            if own is None or not own[0] <= minute < own[1]:
                return _hours_name(each, local.weekday()), zone
    return None


def _caps(rules: ContactRules, person: ContactPerson) -> tuple[CapsRule, ...]:
    states = dict.fromkeys((person.state, person.number_state))
    return (rules.caps, *(rules.state_caps[state] for state in states if state in rules.state_caps))


def _against_caps(
    rules: ContactRules, person: ContactPerson, zone: str, sent: Sequence[datetime], now: datetime
) -> tuple[str, str] | None:
    for each in _caps(rules, person):
        for limit, span, word in ((each.per_day, _DAY, "24 hours"), (each.per_week, _WEEK, "7 days")):
            if limit is not None and sum(now - span < at <= now for at in sent) >= limit:
                return f"{each.name} cap: {limit} in {word}{_where(each.at)}", zone
    return None


def _next_under_caps(caps: Sequence[CapsRule], sent: Sequence[datetime], at: datetime) -> datetime:
    """The first instant from ``at`` on with room under every cap, if nothing else is sent."""
    later = at
    for each in caps:
        for limit, span in ((each.per_day, _DAY), (each.per_week, _WEEK)):
            if limit is None:
                continue
            if limit == 0:
                return at + timedelta(days=_SEARCH_DAYS + 1)
            inside = sorted(one for one in sent if at - span < one <= at)
            if len(inside) >= limit:
                later = max(later, inside[-limit] + span)
    return later


def _next_in_hours(rules: ContactRules, person: ContactPerson, zone: str, at: datetime, limit: datetime) -> datetime:
    """The first permitted instant in one zone; a point past ``limit`` when there is none."""
    local = at.astimezone(ZoneInfo(zone))
    day = local.date()
    while True:
        window = _day_window(rules, person, day)
        if window is not None:
            start, end = _instant(day, window[0], zone), _instant(day, window[1], zone)
            if at < end:
                return max(at, start)
        day += timedelta(days=1)
        if _instant(day, 0, zone) > limit:
            return limit + timedelta(days=1)


def _window_end_in(rules: ContactRules, person: ContactPerson, zone: str, now: datetime) -> datetime:
    day = now.astimezone(ZoneInfo(zone)).date()
    window = _day_window(rules, person, day)
    if window is None or not _instant(day, window[0], zone) <= now < _instant(day, window[1], zone):
        return now
    return _instant(day, window[1], zone)


@lru_cache(maxsize=65_536)
def _instant(day: date, minute: int, zone: str) -> datetime:
    """The UTC instant of a minute of a local day; 1440 is the next midnight."""
    days, minute = divmod(minute, 1440)
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZoneInfo(zone))
    return (local + timedelta(days=days)).astimezone(UTC)


_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _hours_name(rule: HoursRule, weekday: int) -> str:
    window = rule.days[weekday]
    hours = "no texts" if window is None else f"{_clock(window[0])}-{_clock(window[1])}"
    return f"{rule.name} hours, {_DAY_NAMES[weekday]}: {hours}{_where(rule.places[weekday])}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _where(at: Place) -> str:
    return f" ({at.file}:{at.line})" if at.line else ""


def _local(now: datetime, zone: str) -> str:
    return now.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
