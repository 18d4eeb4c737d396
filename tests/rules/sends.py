"""A year of unasked texts to phones all over the US, judged by an oracle that shares no code with the rules.

The oracle knows the hours as plain numbers, looks at the wall clock of every zone and counts the sends itself.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.people import TextConsent
from rules.contact import ContactPerson, decide, window_end
from rules.model import ContactRules
from rules.us_zones import US_ZONES, ZONES_OF_STATE

YEAR = 2026
START = datetime(YEAR, 1, 1, tzinfo=UTC)

_TZDB_US = """
    Adak Anchorage Boise Chicago Denver Detroit Indiana/Indianapolis Indiana/Knox Indiana/Marengo Indiana/Petersburg
    Indiana/Tell_City Indiana/Vevay Indiana/Vincennes Indiana/Winamac Juneau Kentucky/Louisville Kentucky/Monticello
    Los_Angeles Menominee Metlakatla New_York Nome North_Dakota/Beulah North_Dakota/Center North_Dakota/New_Salem
    Phoenix Sitka Yakutat
    """
ZONES = tuple(sorted({*US_ZONES, *(f"America/{name}" for name in _TZDB_US.split())}))
"""Every zone of the tz database for the US and its territories."""

Days = dict[int, tuple[int, int]]


def _days(weekday: tuple[int, int], saturday: tuple[int, int] | None, sunday: tuple[int, int] | None) -> Days:
    days = dict.fromkeys(range(5), weekday)
    return days | {day: hours for day, hours in ((5, saturday), (6, sunday)) if hours is not None}


ANYWHERE = _days((9, 20), (9, 20), (12, 20))
STATES = {
    **{state: _days((8, 20), (8, 20), (8, 20)) for state in ("FL", "OK", "WA", "MD", "MS", "NJ")},
    "CT": _days((9, 20), (9, 20), (9, 20)),
    "RI": _days((9, 18), (10, 17), (10, 17)),
    "TX": _days((9, 21), (9, 21), (12, 21)),
    "KY": _days((10, 21), (10, 21), (10, 21)),
    "ME": _days((9, 17), None, None),
}
CLOSED = {(1, 1), (5, 25), (7, 4), (9, 7), (11, 26), (12, 25)}
"""New Year, Memorial, Independence, Labor, Thanksgiving and Christmas Day of 2026, by month and day."""


@dataclass(slots=True)
class Tally:
    """What a run saw; ``faults`` must stay empty."""

    sends: int = 0
    deferred: int = 0
    never: int = 0
    zones: set[str] = field(default_factory=set)
    months: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def simulate(rules: ContactRules, wanted: int, seed: int) -> Tally:
    """Phones one after the other, each texted as often as the rules let it in a year, up to ``wanted`` sends in all."""
    chance = Random(seed)
    tally = Tally()
    for person in _people(chance):
        _one_year(rules, person, chance, tally)
        if tally.sends >= wanted:
            return tally
    return tally


def _people(chance: Random) -> Iterator[ContactPerson]:
    """Every zone in turn, then address and number in different places, then nobody knows where."""
    states = sorted(ZONES_OF_STATE)
    turn = 0
    while True:
        zone, other = ZONES[turn % len(ZONES)], chance.choice(ZONES)
        zones = ((zone,), (zone, other), (zone,), ())[turn % 4] if turn >= len(ZONES) else (zone,)
        yield ContactPerson(
            zones=zones,
            state=chance.choice(("", *states)),
            number_state=chance.choice(("", *states)),
            consent=TextConsent.YES,
        )
        turn += 1


def _one_year(rules: ContactRules, person: ContactPerson, chance: Random, tally: Tally) -> None:
    sent: deque[datetime] = deque(maxlen=8)
    at = START + timedelta(seconds=chance.randrange(7 * 86_400))
    while at.year == YEAR:
        decision = decide(rules, person, tuple(sent), at)
        if not decision.allowed:
            tally.deferred += 1
            if decision.next_allowed is None:
                _judge_never(rules, person, sent, at, tally)
                return
            at = decision.next_allowed
            if at.year != YEAR:
                return
        _judge(rules, person, sent, at, tally)
        sent.append(at)
        tally.sends += 1
        at += timedelta(seconds=chance.choice((1, 60, 3_600, 86_399, 86_400, chance.randrange(4 * 86_400))))


def _judge(rules: ContactRules, person: ContactPerson, sent: deque[datetime], at: datetime, tally: Tally) -> None:
    last = window_end(rules, person, at) - timedelta(seconds=1)
    for zone in person.zones or rules.zones_when_unknown:
        for moment in (at, last):
            fault = _wrong_time(moment.astimezone(ZoneInfo(zone)), person)
            if fault:
                tally.faults.append(f"{person}: {fault} in {zone}")
        local = at.astimezone(ZoneInfo(zone))
        tally.zones.add(zone)
        tally.months.add(local.month)
    if _over_caps(sent, at):
        tally.faults.append(f"{person}: {at} comes too soon after {list(sent)}")


def _over_caps(sent: deque[datetime], at: datetime) -> bool:
    """One in 24 hours and three in 7 days; no state allows fewer."""
    day = sum(at - one < timedelta(hours=24) for one in sent)
    week = sum(at - one < timedelta(days=7) for one in sent)
    return day >= 1 or week >= 3


def _judge_never(rules: ContactRules, person: ContactPerson, sent: deque[datetime], at: datetime, tally: Tally) -> None:
    """Zones half a world apart share no permitted hour: then, and only then, there is no next time."""
    tally.never += 1
    for step in range(60 * 24 * 4):
        moment = at + timedelta(minutes=15 * step)
        zones = person.zones or rules.zones_when_unknown
        if _over_caps(sent, moment):
            continue
        if not any(_wrong_time(moment.astimezone(ZoneInfo(zone)), person) for zone in zones):
            tally.faults.append(f"{person}: {moment} would be permitted, but the rules see no way forward from {at}")
            return


def _wrong_time(local: datetime, person: ContactPerson) -> str:
    if (local.month, local.day) in CLOSED and local.year == YEAR:
        return f"text on the holiday {local}"
    for days in (ANYWHERE, STATES.get(person.state), STATES.get(person.number_state)):
        if days is None:
            continue
        hours = days.get(local.weekday())
        if hours is None or not hours[0] <= local.hour < hours[1]:
            return f"text at {local:%A %Y-%m-%d %H:%M:%S}"
    return ""
