"""Openings for a case, from the mirror of its PMS account minus what is held."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from activities.ports import HoldStore, Locations, MirrorReader, OfferStore, RuleBook
from domain.location import Location
from domain.openings import OpeningRequest, eligible, find_openings
from domain.openings_explain import is_open
from domain.people import ProviderKind
from domain.ranking import rank
from domain.records import CaseRecord
from domain.slots import Opening


class Openings:
    """Satisfies ``activities.ports.OpeningSearch``; the patient's page uses the same one."""

    def __init__(
        self, mirror: MirrorReader, holds: HoldStore, offers: OfferStore, locations: Locations, rules: RuleBook
    ) -> None:
        self._mirror = mirror
        self._holds = holds
        self._offers = offers
        self._locations = locations
        self._rules = rules

    def ranked(self, case: CaseRecord, wanted: int, now: datetime) -> Sequence[Opening]:
        """The best ``wanted`` openings by the route's ranking, none in more than three unanswered offers."""
        location = self._locations.get(case.location)
        how = case.route.ranking if case.route else "soonest"
        return rank(
            self.all_for(case, now),
            how,
            location.zone,
            wanted,
            offered_elsewhere=self._offers.unanswered_counts(case.account),
        )

    def all_for(self, case: CaseRecord, now: datetime) -> list[Opening]:
        """Openings with the plan's own provider, else with any other of that kind."""
        if not case.pattern:
            return []
        for preferred in dict.fromkeys((case.provider_id, "")):
            request = self.request(case, now, preferred)
            found = self._find(case, request, now) if request.providers and request.operatories else []
            if found:
                return found
        return []

    def still_free(self, case: CaseRecord, opening: Opening, now: datetime) -> bool:
        """Whether this start, chair and provider can still be booked, as the mirror and the holds have it."""
        if not case.pattern:
            return False
        request = self.request(case, now, opening.provider_id)
        return is_open(request, *self._mirror.day_sheet(case.account, *_utc_span(now, request)), opening)

    def _find(self, case: CaseRecord, request: OpeningRequest, now: datetime) -> list[Opening]:
        blocks, appointments = self._mirror.day_sheet(case.account, *_utc_span(now, request))
        return find_openings(request, blocks, appointments)

    def request(self, case: CaseRecord, now: datetime, preferred: str) -> OpeningRequest:
        """What to look for; ``preferred`` is the one provider to look with, "" for any of the right kind."""
        location = self._locations.get(case.location)
        providers, operatories = eligible(
            self._mirror.providers(case.account),
            self._mirror.operatories(case.account),
            kind=ProviderKind(case.provider_kind) if case.provider_kind else None,
            hygiene=case.hygiene,
            preferred=(preferred,) if preferred else (),
        )
        lead = case.route.lead_minutes if case.route else 0
        days = case.route.horizon_days if case.route else 30
        today = now.astimezone(location.tz).date()
        return OpeningRequest(
            pattern=case.pattern,
            providers=providers,
            operatories=operatories,
            zone=location.zone,
            first=today,
            last=today + timedelta(days=days),
            not_before=now + timedelta(minutes=lead),
            increment_minutes=location.grid_minutes,
            allowed_blockouts=location.allowed_blockouts,
            taken=self._taken(case, location, now, days),
        )

    def _taken(self, case: CaseRecord, location: Location, now: datetime, days: int) -> frozenset[tuple[str, int]]:
        held = self._holds.taken(
            case.account, now - timedelta(days=1), now + timedelta(days=days + 2), now, but_not=case.case_id
        )
        return frozenset(held)


def _utc_span(now: datetime, request: OpeningRequest) -> tuple[datetime, datetime]:
    """A span of instants that surely covers the request's local days."""
    return now - timedelta(days=1), now + timedelta(days=(request.last - request.first).days + 2)
