"""The numbers: how acceptances turn into bookings, each with its definition, its freshness and its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Depends, Response

from db.stores.numbers import Funnel
from domain.case import CaseState
from domain.records import CaseRecord
from web.console import lists, said
from web.console.desk import Desk, desk
from web.site import PageRoute

routes = APIRouter(route_class=PageRoute)

PERIODS = (7, 30, 90, 365)

DEFINITIONS: Mapping[str, tuple[str, str]] = {
    "accepted": (
        "Accepted",
        "Cases whose plan was accepted in the period, one for each visit that is to be booked. Plans that were already "
        "accepted when we came are not among them; they are the baseline below.",
    ),
    "offered": ("Offered", "Of these, cases that were sent or shown times at least once."),
    "in_time": ("Offered in time", "First offer made before the deadline that the rules set for the case's tier."),
    "booked": (
        "Booked",
        "Cases with an appointment that we wrote into the PMS and whose id it returned. Bookings made by phone or at "
        "the desk are counted apart.",
    ),
    "same_day": (
        "Same day",
        "Booked on the calendar day of the acceptance, in the location's zone; a share of accepted.",
    ),
    "booked_elsewhere": (
        "Booked at the desk",
        "Cases that ended because the PMS showed the visit booked by somebody else.",
    ),
    "unscheduled": (
        "Unscheduled value",
        "The fees of accepted cases without an appointment: value of accepted less value of booked, those booked at "
        "the desk left out.",
    ),
}
_NOBODY = "-"
"""Stands in an address for cases whose plan names no provider."""
_MOST_ROWS = 500
_BOOKED_AT_DESK = (CaseState.BOOKED_ELSEWHERE,)


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of the table: the stored funnel and what is worked out from the same rows."""

    title: str
    location: str
    provider: str
    funnel: Funnel
    unscheduled_cents: int


@dataclass(frozen=True, slots=True)
class Row:
    """A case behind a number, and why it is not counted ("" when it is)."""

    case: CaseRecord
    excluded: str


@routes.get("/console/numbers")
def numbers(at: Desk = Depends(desk), days: int = 30, location: str = "") -> Response:
    """Funnels by location and by provider of the planned visit."""
    period = days if days in PERIODS else 30
    since = at.now - timedelta(days=period)
    loose = at.deps.work.unscheduled_cents(since, at.now)
    funnels = at.deps.numbers.by_location(since, at.now, at.zones)
    by_location = [_of_location(at, each, loose) for each in funnels if location in ("", each.location)]
    people = _people(at)
    shares = at.deps.numbers.by_provider(since, at.now, at.zones)
    by_provider = [_of_provider(people, each, loose) for each in shares if location in ("", each.location)]
    return at.page(
        "numbers.html",
        here="numbers",
        days=period,
        day_choices=[(each, f"the last {each} days") for each in PERIODS],
        location=location,
        since=since,
        by_location=by_location,
        by_provider=by_provider,
        definitions=DEFINITIONS,
        baselines=at.deps.numbers.baselines(),
        fresh={place.key: lists.last_poll(at, place) for place in at.locations},
    )


@routes.get("/console/numbers/rows")
def rows(
    at: Desk = Depends(desk), days: int = 30, location: str = "", provider: str = "", number: str = "accepted"
) -> Response:
    """The cases behind one number, and those left out of it with the reason."""
    if number not in DEFINITIONS or days not in PERIODS:
        return at.message("No such number", "Choose a number on the page of numbers.", 404, "/console/numbers")
    who = None if not provider else "" if provider == _NOBODY else provider
    found = at.deps.work.accepted(at.now - timedelta(days=days), at.now, location, who)
    judged = [Row(case, _EXCLUDED[number](at, case)) for case in found]
    return at.page(
        "number_rows.html",
        here="numbers",
        days=days,
        location=location,
        title=DEFINITIONS[number][0],
        definition=DEFINITIONS[number][1],
        most=_MOST_ROWS,
        counted=[row for row in judged if not row.excluded],
        left_out=[row for row in judged if row.excluded],
    )


def _of_location(at: Desk, funnel: Funnel, loose: Mapping[tuple[str, str], int]) -> Figures:
    cents = sum(value for (location, _), value in loose.items() if location == funnel.location)
    return Figures(at.place_name(funnel.location), funnel.location, "", funnel, cents)


def _of_provider(
    people: Mapping[tuple[str, str], str], funnel: Funnel, loose: Mapping[tuple[str, str], int]
) -> Figures:
    key = funnel.location, funnel.provider_id
    name = people.get(key, funnel.provider_id) or "no provider named"
    return Figures(name, funnel.location, funnel.provider_id or _NOBODY, funnel, loose.get(key, 0))


def _people(at: Desk) -> dict[tuple[str, str], str]:
    """(Location, provider id) -> the provider's name."""
    return {
        (place.key, each.id): each.name for place in at.locations for each in at.deps.mirror.providers(place.account)
    }


def _why_not_unscheduled(case: CaseRecord) -> str:
    if case.booked_at is not None:
        return "booked"
    return "booked at the desk" if case.state in _BOOKED_AT_DESK else ""


def _not_offered(at: Desk, case: CaseRecord) -> str:
    return "" if case.first_offered_at else f"no times were offered: {said.state(case.state)}"


def _not_in_time(at: Desk, case: CaseRecord) -> str:
    if case.first_offered_at is None or case.first_offer_due_at is None:
        return _not_offered(at, case) or "no deadline was set"
    late = case.first_offered_at - case.first_offer_due_at
    return f"{said.span(late)} late" if late > timedelta(0) else ""


def _not_booked(at: Desk, case: CaseRecord) -> str:
    return "" if case.booked_at else said.state(case.state)


def _not_same_day(at: Desk, case: CaseRecord) -> str:
    if case.booked_at is None:
        return _not_booked(at, case)
    tz = at.zone(case.location)
    same = case.booked_at.astimezone(tz).date() == case.accepted_at.astimezone(tz).date()
    return "" if same else f"booked {said.day(case.booked_at.astimezone(tz).date())}, a later day"


def _not_at_desk(at: Desk, case: CaseRecord) -> str:
    return "" if case.state in _BOOKED_AT_DESK else said.state(case.state)


_EXCLUDED: Mapping[str, Callable[[Desk, CaseRecord], str]] = {
    "accepted": lambda at, case: "",
    "offered": _not_offered,
    "in_time": _not_in_time,
    "booked": _not_booked,
    "same_day": _not_same_day,
    "booked_elsewhere": _not_at_desk,
    "unscheduled": lambda at, case: _why_not_unscheduled(case),
}
"""Number -> why a case is not counted in it, "" when it is; mirrors ``db.stores.numbers``."""
