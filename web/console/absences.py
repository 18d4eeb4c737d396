"""Providers who are out or gone: their days, the visits hit, and what has happened to each since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Depends, Response

from domain.absences import absent_days, is_gone
from domain.deposit_decisions import visit_stands
from domain.location import Location
from domain.people import Provider
from domain.records import CaseRecord
from web.console.desk import Desk, desk, is_open
from web.site import PageRoute

routes = APIRouter(route_class=PageRoute)

DAYS = 28
_APOLOGY = "paused_apology"
_REACHED = frozenset({"sent", "delivered"})


@dataclass(frozen=True, slots=True)
class Hit:
    """One booked visit that its provider cannot do. ``follow_up``: the case with which a person sees it through."""

    case: CaseRecord
    start: datetime
    told: str
    now: str
    done: bool
    follow_up: CaseRecord | None


@dataclass(frozen=True, slots=True)
class Absence:
    """``gone``: hidden in the PMS or no longer there."""

    provider: str
    gone: bool
    days: Sequence[date]
    hits: Sequence[Hit]

    @property
    def still_there(self) -> int:
        """Visits that still stand with somebody who is away."""
        return sum(not hit.done for hit in self.hits)


@routes.get("/console/absences")
def absences(at: Desk = Depends(desk), location: str = "") -> Response:
    """By location and provider, from today on."""
    places = [place for place in at.locations if location in ("", place.key)]
    found = [(place, absences_of(at, place)) for place in places]
    return at.page(
        "absences.html",
        here="cases",
        location=location,
        days=DAYS,
        groups=[(place, each) for place, each in found if each],
        quiet=[place for place, each in found if not each],
        total=sum(absence.still_there for _, each in found for absence in each),
    )


def absences_of(at: Desk, place: Location) -> list[Absence]:
    """Who is away in the next weeks, or has a visit from today on that they cannot do; by the first visit hit."""
    today = at.now.astimezone(place.tz).date()
    midnight = datetime.combine(today, time(), tzinfo=place.tz)
    blocks, _ = at.deps.mirror.day_sheet(place.account, midnight, midnight + timedelta(days=DAYS))
    known = {each.id: each for each in at.deps.mirror.providers(place.account)}
    hits = _hits(at, place, midnight)
    found = [
        Absence(
            provider=_name(known, provider_id),
            gone=is_gone(known, provider_id),
            days=[] if is_gone(known, provider_id) else absent_days(blocks, provider_id, today, DAYS, place.tz),
            hits=hits.get(provider_id, []),
        )
        for provider_id in {*(each.id for each in known.values() if not each.hidden), *hits}
    ]
    away = [each for each in found if each.days or each.hits]
    return sorted(away, key=lambda each: (min([h.start for h in each.hits], default=_never(at)), each.provider))


def _never(at: Desk) -> datetime:
    return at.now + timedelta(days=10_000)


def _hits(at: Desk, place: Location, since: datetime) -> Mapping[str, list[Hit]]:
    """Provider -> the visits hit, by time."""
    cases = at.deps.cases.displaced_since(place.key, since)
    follow_ups = at.deps.work.named([case.displaced_case for case in cases if case.displaced_case])
    by_provider: dict[str, list[Hit]] = {}
    for case in cases:
        hit = _hit(at, case, follow_ups.get(case.displaced_case))
        by_provider.setdefault(case.displaced_provider_id, []).append(hit)
    return by_provider


def _hit(at: Desk, case: CaseRecord, follow_up: CaseRecord | None) -> Hit:
    assert case.displaced_start is not None
    now, done = _standing(case, follow_up)
    return Hit(case, case.displaced_start, _told(at, case), now, done, follow_up)


def _standing(case: CaseRecord, follow_up: CaseRecord | None) -> tuple[str, bool]:
    """What has become of the visit, and whether nobody need do anything about it any more."""
    if not visit_stands(case):
        return "cancelled", True
    was = (case.displaced_start, case.displaced_provider_id, case.displaced_location)
    if (case.booked_start, case.booked_provider_id, case.visit_office) != was:
        return "moved", True
    if follow_up is not None and not is_open(follow_up):
        return f"closed by hand: {follow_up.end_reason or follow_up.state.value.replace('_', ' ')}", True
    return "still there", False


def _told(at: Desk, case: CaseRecord) -> str:
    """What the apology's row in the outbox says; a text that waits for its hours has none yet."""
    texts = [text for text in at.deps.outbox.of_case(case.case_id) if text.template == _APOLOGY]
    if not texts:
        return "not told yet"
    state = texts[-1].state.value
    return "told by text, first pick offered" if state in _REACHED else f"text {state}: please call"


def _name(known: Mapping[str, Provider], provider_id: str) -> str:
    return known[provider_id].name if provider_id in known else f"provider {provider_id}"
