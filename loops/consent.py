"""Keeps our suppression list and the PMS's consent to texts in step, both ways; the newest word wins.

What a phone said to us (STOP, a page, the carrier, START) is written into the PMS for every patient of that phone,
again and again until it took. What the office writes into the PMS reaches our list with the mirror's feed. A word never
comes back to where it came from, and while ours is on its way to the PMS, what stands there is older and does not
count.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from connectors.base import Capability, Vendors
from connectors.errors import ConnectorError, InvalidRequest, NotFound, Unsupported
from domain.location import Location
from domain.people import SILENT_STATUSES, Patient, TextConsent
from domain.records import Suppression
from loops.ports import Cases, Clock, ConsentMirror, Locations, Suppressions

PMS = "pms"
_CARRIER = "carrier"
"""The carrier blocks the phone itself until it sends START: the office's yes cannot undo that."""
_NEVER = (NotFound, InvalidRequest, Unsupported)
_CASES_OF_A_PHONE = 50

log = structlog.get_logger(__name__)


class ConsentLoop:
    """Our words to the PMS."""

    name = "consent"
    every = 30.0

    def __init__(
        self,
        suppressions: Suppressions,
        mirror: ConsentMirror,
        cases: Cases,
        locations: Locations,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._suppressions = suppressions
        self._mirror = mirror
        self._cases = cases
        self._locations = locations
        self._vendors = vendors
        self._clock = clock

    async def step(self) -> None:
        down: set[str] = set()
        for entry in await asyncio.to_thread(self._suppressions.untold):
            await asyncio.to_thread(self._tell, entry, down)

    def _tell(self, entry: Suppression, down: set[str]) -> None:
        """``down``: databases that do not answer in this round; an entry of theirs waits for the next."""
        wanted = TextConsent.NO if entry.lifted_at is None else TextConsent.YES
        waits = False
        for (budget, patient_id), places in self._charts(entry.phone, wanted).items():
            took = budget not in down and self._write(places, patient_id, wanted, down)
            waits = waits or not took
        if not waits:
            self._suppressions.told(entry, self._clock.now())

    def _charts(self, phone: str, wanted: TextConsent) -> dict[tuple[str, str], list[Location]]:
        """(Database, patient) -> the offices that mirror them, for every chart that says otherwise as far as we know:
        whose mobile it is, and whoever we ever texted there."""
        offices = {location.account: location for location in self._locations.all()}
        known = {(account, patient.id): patient.text_consent for account, patient in self._mirror.who_has(phone)}
        for case in self._cases.of_phone(phone, _CASES_OF_A_PHONE):
            texted = (case.account, case.texted_patient_id or case.patient_id)
            if texted not in known:
                patient = self._mirror.patient(*texted)
                known[texted] = patient.text_consent if patient else TextConsent.UNKNOWN
        charts: dict[tuple[str, str], list[Location]] = {}
        for (account, patient_id), consent in known.items():
            office = offices.get(account)
            if office is not None and _differs(consent, wanted):
                charts.setdefault((office.budget, patient_id), []).append(office)
        return charts

    def _write(self, places: Sequence[Location], patient_id: str, wanted: TextConsent, down: set[str]) -> bool:
        """False when it has to be tried again."""
        place = places[0]
        pms = self._vendors.pms(place.key)
        if Capability.TEXT_CONSENT not in pms.info.capabilities:
            return True
        try:
            pms.set_text_consent(patient_id, wanted is TextConsent.YES)
        except _NEVER as refused:
            log.warning("the PMS does not take a consent", account=place.account, error=type(refused).__name__)
        except ConnectorError as fault:
            down.add(place.budget)
            log.warning("a consent waits for the PMS", account=place.account, error=type(fault).__name__)
            return False
        else:
            for each in places:
                patient = self._mirror.patient(each.account, patient_id)
                if patient is not None:
                    self._mirror.put_patient(each.account, patient.model_copy(update={"text_consent": wanted}))
        return True


class OfficeConsent:
    """The office's words to our list. Heard before the mirror takes them over, so that news can be told from echoes."""

    def __init__(self, suppressions: Suppressions, mirror: ConsentMirror, clock: Clock) -> None:
        self._suppressions = suppressions
        self._mirror = mirror
        self._clock = clock

    def hear(self, account: str, patients: Sequence[Patient], read_at: datetime) -> None:
        """``read_at``: when the PMS was asked for these patients."""
        for patient in patients:
            if patient.mobile and patient.status not in SILENT_STATUSES:
                if patient.text_consent is TextConsent.NO:
                    self._no(account, patient, patient.mobile, read_at)
                elif patient.text_consent is TextConsent.YES:
                    self._yes(account, patient, patient.mobile, read_at)

    def _no(self, account: str, patient: Patient, phone: str, read_at: datetime) -> None:
        before = self._mirror.patient(account, patient.id)
        if before is not None and (before.text_consent, before.mobile) == (TextConsent.NO, phone):
            return
        if not _ours_is_newer(self._suppressions.get(phone), read_at):
            why = f"the chart of patient #{patient.id} says no texts"
            self._suppressions.suppress(phone, why, PMS, self._clock.now())

    def _yes(self, account: str, patient: Patient, phone: str, read_at: datetime) -> None:
        entry = self._suppressions.get(phone)
        if entry is None or entry.lifted_at is not None or _ours_is_newer(entry, read_at):
            return
        if entry.source == PMS:
            agreed = not self._another_says_no(account, patient, phone)
        else:
            before = self._mirror.patient(account, patient.id)
            changed = before is not None and before.text_consent is TextConsent.NO
            agreed = changed and entry.source != _CARRIER
        if agreed:
            self._suppressions.lift(phone, self._clock.now(), PMS)

    def _another_says_no(self, account: str, patient: Patient, phone: str) -> bool:
        return any(
            other.text_consent is TextConsent.NO and other.status not in SILENT_STATUSES
            for place, other in self._mirror.who_has(phone)
            if (place, other.id) != (account, patient.id)
        )


def _differs(consent: TextConsent, wanted: TextConsent) -> bool:
    """A no is written everywhere; a yes takes back only what says no."""
    return consent is not TextConsent.NO if wanted is TextConsent.NO else consent is TextConsent.NO


def _ours_is_newer(entry: Suppression | None, read_at: datetime) -> bool:
    return entry is not None and (entry.told_at is None or entry.told_at >= read_at)
