"""Openings for a case, from the mirror of its PMS account minus what is held; by rule also those of sister offices."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from activities.ports import HoldStore, Locations, MirrorReader, OfferStore, RuleBook
from domain.crowd import MOST_UNANSWERED, Crowd
from domain.location import Location
from domain.openings import OpeningRequest, eligible, find_openings
from domain.openings_board import TAKES_THE_CHAIR
from domain.openings_explain import is_open
from domain.people import ProviderKind
from domain.ranking import rank
from domain.records import CaseRecord
from domain.slots import HORIZON_DAYS, Appointment, Opening, ScheduleBlock

_HABITS = 10
"""So many of the patient's latest appointments say which days and hours suit them."""


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
        found = self.all_for(case, now)
        if not found:
            return []
        how = case.route.ranking if case.route else "soonest"
        zone = self._locations.get(case.office_of(found[0])).zone
        habits = self._earlier_choices(case)
        chosen = rank(found, how, zone, wanted, earlier_choices=habits)
        # Only the days that are about to be offered are counted: whole months of offers would be read for nothing.
        counted: list[Opening] = []
        while chosen and not _covered(chosen, counted):
            counted = [*counted, *chosen]
            crowd = self._crowd(case, counted)
            chosen = rank(found, how, zone, wanted, earlier_choices=habits, unanswered=crowd.count)
        return chosen

    def crowded(self, case: CaseRecord, openings: Sequence[Opening]) -> bool:
        """Whether one of these stands in so many unanswered offers to others that it may not stand in one more."""
        return bool(openings) and max(map(self._crowd(case, openings).count, openings)) >= MOST_UNANSWERED

    def all_for(self, case: CaseRecord, now: datetime) -> list[Opening]:
        """Openings at the first place that has any: see ``searches``."""
        for location, request in self.searches(case, now):
            found = find_openings(request, *self._sheet(location, *request.span()))
            if found and location.key != case.location:
                return [each.model_copy(update={"location": location.key}) for each in found]
            if found:
                return found
        return []

    def searches(self, case: CaseRecord, now: datetime) -> Iterator[tuple[Location, OpeningRequest]]:
        """Where a case is looked for, one after the other: at its own office, then by rule at sister offices.

        At each with the planned provider, then by rule with any of that kind.
        """
        if not case.pattern:
            return
        for location in self._offices(case):
            # A plan that names nobody is for anybody of the kind.
            others = case.route is None or case.route.other_provider or not case.provider_id
            for preferred in dict.fromkeys((case.provider_id, "") if others else (case.provider_id,)):
                request = self.request(case, now, preferred, location.key)
                if preferred and preferred not in request.providers:
                    continue
                if request.providers and request.operatories:
                    yield location, request

    def still_free(self, case: CaseRecord, opening: Opening, now: datetime) -> bool:
        """Whether this start, chair and provider can still be booked, as the mirror and the holds have it."""
        if not case.pattern:
            return False
        location = self._locations.get(case.office_of(opening))
        request = self.request(case, now, opening.provider_id, location.key)
        day = opening.start.astimezone(location.tz).date()
        sheet = self._sheet(location, *replace(request, first=day, last=day).span())
        return is_open(request, *sheet, opening)

    def request(self, case: CaseRecord, now: datetime, preferred: str, office: str = "") -> OpeningRequest:
        """What to look for at an office ("": the case's own).

        ``preferred`` is the one provider to look with, "" for any of the right kind.
        """
        location = self._locations.get(office or case.location)
        providers, operatories = eligible(
            self._mirror.providers(location.account),
            self._mirror.operatories(location.account),
            kind=ProviderKind(case.provider_kind) if case.provider_kind else None,
            hygiene=case.hygiene,
            preferred=(preferred,) if preferred else (),
        )
        begins, not_before = now, now + timedelta(minutes=case.route.lead_minutes if case.route else 0)
        if case.route is not None and case.route.earliest is not None:
            begins, not_before = max(now, case.route.earliest), max(not_before, case.route.earliest)
        first = begins.astimezone(location.tz).date()
        known = now.astimezone(location.tz).date() + timedelta(days=HORIZON_DAYS)
        last = min(first + timedelta(days=case.route.horizon_days if case.route else 30), max(first, known))
        request = OpeningRequest(
            pattern=case.pattern,
            providers=providers,
            operatories=operatories,
            zone=location.zone,
            first=first,
            last=last,
            not_before=not_before,
            increment_minutes=location.grid_minutes,
            allowed_blockouts=location.allowed_blockouts,
        )
        taken = self._holds.taken(location.budget, *request.span(), now, but_not=case.case_id)
        return replace(request, taken=taken)

    def sheet(self, office: str, request: OpeningRequest) -> tuple[Sequence[ScheduleBlock], Sequence[Appointment]]:
        """Schedule and appointments that a search at this office looks at."""
        return self._sheet(self._locations.get(office), *request.span())

    def _sheet(
        self, location: Location, first: datetime, last: datetime
    ) -> tuple[Sequence[ScheduleBlock], Sequence[Appointment]]:
        """The office's day sheet, with the appointments of its sister offices: a provider may be needed there."""
        blocks, appointments = self._mirror.day_sheet(location.account, first, last)
        elsewhere = [each for each in self._sharing(location) if each.key != location.key]
        there = [one for each in elsewhere for one in self._mirror.day_sheet(each.account, first, last)[1]]
        return blocks, [*appointments, *there]

    def _offices(self, case: CaseRecord) -> Iterator[Location]:
        """The case's own office, then those the rule names that know its patient."""
        own = self._locations.get(case.location)
        yield own
        sisters = {each.key: each for each in self._sharing(own)}
        for key in case.route.other_locations if case.route else ():
            if key in sisters and key != own.key:
                yield sisters[key]

    def _sharing(self, location: Location) -> list[Location]:
        """The offices of one PMS database, this one among them."""
        return [each for each in self._locations.all() if each.budget == location.budget]

    def _crowd(self, case: CaseRecord, openings: Sequence[Opening]) -> Crowd:
        """The unanswered offers to others from the first to the last of these openings."""
        sharing = [each.key for each in self._sharing(self._locations.get(case.location))]
        return Crowd(self._offers.unanswered(sharing, *_span(openings), case.case_id))

    def _earlier_choices(self, case: CaseRecord) -> list[datetime]:
        """When the patient's latest appointments were or are, ours and others; not this case's own."""
        sharing = self._sharing(self._locations.get(case.location))
        kept = [
            one.start
            for each in sharing
            for one in self._mirror.appointments_of(each.account, case.patient_id)
            if one.status in TAKES_THE_CHAIR and one.id != case.appointment_id
        ]
        return sorted(kept)[-_HABITS:]


def _span(openings: Sequence[Opening]) -> tuple[datetime, datetime]:
    return min(each.start for each in openings), max(each.stop for each in openings)


def _covered(openings: Sequence[Opening], by: Sequence[Opening]) -> bool:
    """Whether these openings lie between the first and the last of the others."""
    if not by:
        return False
    (first, last), (begins, ends) = _span(openings), _span(by)
    return begins <= first and last <= ends
