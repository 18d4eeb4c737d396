"""Which times a page shows: those that were texted and are still free, else fresh ones; and all of them by day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from domain.slots import Opening
from web.booking.visit import Visit

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Day:
    """A day with free times, split at noon of the office."""

    date: date
    morning: tuple[Opening, ...]
    afternoon: tuple[Opening, ...]


def three(visit: Visit) -> list[Opening]:
    """The openings of the open offer that are still free, filled up with fresh ones; in order of time."""
    shown = [opening for opening in _texted(visit) if _still_free(visit, opening)][:SHOWN]
    if len(shown) < SHOWN:
        _fill(shown, visit.deps.search.ranked(visit.case, SHOWN, visit.now))
    if not shown:  # all that is free stands in other people's unanswered texts: whoever looks here comes first
        _fill(shown, visit.deps.search.all_for(visit.case, visit.now))
    return sorted(shown, key=lambda opening: opening.start)


def days(visit: Visit) -> list[Day]:
    """Every day with a free time; a start that several chairs or people have is one time."""
    times: dict[datetime, Opening] = {}
    for opening in visit.deps.search.all_for(visit.case, visit.now):
        times.setdefault(opening.start, opening)
    local = [(each.start.astimezone(visit.zone_of(each)), each) for each in times.values()]
    by_day = groupby(sorted(local, key=itemgetter(0)), key=lambda timed: timed[0].date())
    return [_day(day, tuple(timed)) for day, timed in by_day]


def find(visit: Visit, key: str) -> Opening | None:
    """The free opening of that key, also one that was texted; None when it has gone or never was."""
    found = next((each for each in visit.deps.search.all_for(visit.case, visit.now) if each.key == key), None)
    if found is not None:
        return found
    texted = next((each for each in _texted(visit) if each.key == key), None)
    return texted if texted is not None and _still_free(visit, texted) else None


def _fill(shown: list[Opening], more: Iterable[Opening]) -> None:
    """Up to three, none at the same time as another."""
    for opening in more:
        if len(shown) < SHOWN and not _clashes(opening, shown):
            shown.append(opening)


def _day(day: date, timed: Sequence[tuple[datetime, Opening]]) -> Day:
    early = tuple(opening for local, opening in timed if local.hour < 12)
    return Day(day, early, tuple(opening for _, opening in timed[len(early) :]))


def _texted(visit: Visit) -> list[Opening]:
    offer = visit.deps.offers.open_of_case(visit.case.case_id)
    return [each.opening for each in offer.openings] if offer else []


def _still_free(visit: Visit, opening: Opening) -> bool:
    """A texted time can still be had, even where the search would now begin with another office or provider."""
    return visit.deps.search.still_free(visit.case, opening, visit.now)


def _clashes(opening: Opening, others: Iterable[Opening]) -> bool:
    return any(opening.start < other.stop and other.start < opening.stop for other in others)
