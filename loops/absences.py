"""A provider is out or has left: offers of their times are taken back, and who is booked with them hears it from us."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from domain.absences import is_away, is_gone, knows_hours
from domain.location import Location
from domain.people import Provider
from domain.records import CaseRecord, OfferRecord
from domain.slots import HORIZON_DAYS
from domain.treatment_plan import CELL_MINUTES
from loops.ports import Cases, MirrorWriter, Offers
from workflows.gateway import Gateway

log = structlog.get_logger(__name__)

_AHEAD = timedelta(days=HORIZON_DAYS - 1)
"""Days that the mirror copies whole."""


class Absences:
    """One office's; the mirror runs it whenever it has copied the schedule or the list of providers."""

    def __init__(
        self,
        location: Location,
        mirror: MirrorWriter,
        cases: Cases,
        offers: Offers,
        gateway: Gateway,
        sisters: Sequence[Location] = (),
    ) -> None:
        """``sisters``: the other offices of the same PMS database, whose patients may be offered times here."""
        self._office = location.key
        self._account = location.account
        self._accounts = tuple(each.account for each in (location, *sisters))
        self._mirror = mirror
        self._cases = cases
        self._offers = offers
        self._gateway = gateway
        self._hours_known = False

    async def tell(self, now: datetime) -> None:
        """Said once for each booked time, so running it again changes nothing.

        Without anybody's hours in all the weeks ahead, only of who has left.
        """
        weeks, _ = await asyncio.to_thread(self._mirror.day_sheet, self._account, now, now + _AHEAD)
        self._hours_known = knows_hours(weeks)
        if not self._hours_known:
            log.warning("the schedule has nobody's hours; nobody is told of an absence", account=self._account)
        providers = {each.id: each for each in await asyncio.to_thread(self._mirror.providers, self._account)}
        await asyncio.to_thread(self._withdraw_times, providers, now)
        for case in await asyncio.to_thread(self._cases.booked_ahead, self._account, self._office, now):
            if case.booked_start is not None and await asyncio.to_thread(self._is_hit, providers, case):
                await self._gateway.displace(case.case_id, case.booked_start)

    def _is_hit(self, providers: Mapping[str, Provider], case: CaseRecord) -> bool:
        assert case.booked_start is not None
        stop = case.booked_start + timedelta(minutes=CELL_MINUTES * len(case.pattern))
        return self._away(providers, case.booked_provider_id, case.booked_start, stop)

    def _withdraw_times(self, providers: Mapping[str, Provider], now: datetime) -> None:
        """Their numbers book no more; whoever answers one gets times that are real. The others stay good."""
        for offer in (each for account in self._accounts for each in self._offers.open_of_account(account)):
            gone = [
                each.number
                for each in offer.openings
                if (each.opening.location or offer.location) == self._office
                and self._away(providers, each.opening.provider_id, each.opening.start, each.opening.stop)
            ]
            if gone:
                self._offers.withdraw(offer.id, gone, now)
                self._cases.note(offer.case_id, "withdrawn_times", _words(offer, gone), now)

    def _away(self, providers: Mapping[str, Provider], provider_id: str, start: datetime, stop: datetime) -> bool:
        blocks, _ = self._mirror.day_sheet(self._account, start, stop)
        if not self._hours_known:
            return is_gone(providers, provider_id)
        return is_away(blocks, providers, provider_id, start, stop)


def _words(offer: OfferRecord, gone: Sequence[int]) -> str:
    times = "1 time" if len(gone) == 1 else f"{len(gone)} times"
    return f"{times} of the offer {offer.step} taken back: the provider is away then"
