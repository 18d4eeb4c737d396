"""Mirrors each PMS account: set-up, schedule, 60 days of appointments, patients' contact.

The remote API of Open Dental answers one request a second, so lists and pages read this mirror; the account's
budget orders the requests.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from connectors.base import Pms, Vendors
from domain.location import Location
from domain.people import SILENT_STATUSES, Patient
from domain.records import CaseRecord
from domain.slots import HORIZON_DAYS, Appointment, AppointmentStatus
from loops.absences import Absences
from loops.consent import OfficeConsent
from loops.ports import Cases, Clock, MirrorWriter, NextVisits, Watermarks
from loops.waiting import FREES, Waiting, frees, gains_hours
from workflows.gateway import CaseGone, Gateway

DAYS_AHEAD = HORIZON_DAYS
_SETUP_EVERY = timedelta(hours=1)
_SCHEDULE_EVERY = timedelta(minutes=15)
_WHOLE_EVERY = timedelta(hours=6)
_BOOKED_ANEW = timedelta(minutes=30)
"""Who calls a visit off may be about to book another time; so long the plan is left alone."""


class MirrorLoop:
    """One account's mirror; each account has a loop and a lease of its own."""

    def __init__(
        self,
        location: Location,
        vendors: Vendors,
        mirror: MirrorWriter,
        watermarks: Watermarks,
        cases: Cases,
        nexts: NextVisits,
        absences: Absences,
        consent: OfficeConsent,
        gateway: Gateway,
        clock: Clock,
        waiting: Waiting,
        sisters: Sequence[Location] = (),
    ) -> None:
        """``sisters``: the other offices of the same PMS database, whose patients this office may see."""
        self._consent = consent
        self._waiting = waiting
        self.name = f"mirror:{location.account}"
        self.every = float(location.poll_seconds)
        self._location = location
        self._vendors = vendors
        self._mirror = mirror
        self._watermarks = watermarks
        self._cases = cases
        self._nexts = nexts
        self._absences = absences
        self._gateway = gateway
        self._clock = clock
        self._sisters = tuple(sisters)

    async def step(self) -> None:
        pms = self._vendors.pms(self._location.key)
        fresh = await asyncio.to_thread(self._mirror.freshness, self._location.account)
        now = self._clock.now()
        new_setup = _stale(fresh, "setup", now, _SETUP_EVERY)
        new_schedule = _stale(fresh, "schedule", now, _SCHEDULE_EVERY)
        gained = False
        if new_setup:
            await asyncio.to_thread(self._copy_setup, pms, now)
        if new_schedule:
            gained = await asyncio.to_thread(self._copy_schedule, pms, now)
        if new_setup or new_schedule:
            await self._absences.tell(now)
        appointments, freed = await asyncio.to_thread(self._follow_appointments, pms, now)
        if _stale(fresh, "appointments", now, _WHOLE_EVERY):
            await asyncio.to_thread(self._copy_appointments, pms, now)
        patients = await asyncio.to_thread(self._follow_patients, pms, now)
        await self._tell_cases(appointments, patients)
        await self._tell_plans(appointments, now)
        if freed or gained:
            why = "a chair was freed" if freed else "there are new hours"
            await self._waiting.tell(self._location.account, why)

    def _copy_setup(self, pms: Pms, now: datetime) -> None:
        account = self._location.account
        self._mirror.replace_setup(account, pms.providers(), pms.operatories(), pms.procedure_codes())
        self._mirror.mark_fresh(account, "setup", now)

    def _copy_schedule(self, pms: Pms, now: datetime) -> bool:
        """True when the book shows hours that it did not show before."""
        first, last = self._span(now)
        before, _ = self._mirror.day_sheet(self._location.account, first, last)
        blocks = pms.schedule(self._local_day(first), self._local_day(last))
        self._mirror.replace_blocks(self._location.account, first, last, blocks)
        self._mirror.mark_fresh(self._location.account, "schedule", now)
        return gains_hours(before, blocks, first, last)

    def _copy_appointments(self, pms: Pms, now: datetime) -> None:
        first, last = self._span(now)
        appointments = pms.appointments(self._local_day(first), self._local_day(last))
        self._mirror.replace_appointments(self._location.account, first, last, appointments)
        self._mirror.mark_fresh(self._location.account, "appointments", now)

    def _follow_appointments(self, pms: Pms, now: datetime) -> tuple[Sequence[Appointment], bool]:
        """What changed, and whether that freed chair time."""
        account = self._location.account
        changed, watermark = pms.appointments_changed_since(self._watermarks.get(account, "appointments"))
        freed = any(frees(self._mirror.appointment(account, each.id), each) for each in changed)
        self._mirror.put_appointments(account, changed)
        self._watermarks.put(account, "appointments", watermark)
        self._mirror.mark_fresh(account, "changes", now)
        return changed, freed

    def _follow_patients(self, pms: Pms, now: datetime) -> Sequence[Patient]:
        account = self._location.account
        changed, watermark = pms.patients_changed_since(self._watermarks.get(account, "patients"))
        self._consent.hear(account, changed, now)
        self._mirror.put_patients(account, changed)
        self._watermarks.put(account, "patients", watermark)
        return changed

    async def _tell_cases(self, appointments: Sequence[Appointment], patients: Sequence[Patient]) -> None:
        """An open case hears of an appointment made since its acceptance, and of a patient who must not be texted."""
        for appointment in appointments:
            for case in await self._open_cases(appointment.patient_id):
                if _concerns(appointment, case):
                    await self._look_again(case, f"appointment {appointment.id} changed")
        for patient in patients:
            if patient.status in SILENT_STATUSES:
                for case in await self._open_cases(patient.id):
                    await self._look_again(case, "the patient's standing changed")

    async def _tell_plans(self, appointments: Sequence[Appointment], now: datetime) -> None:
        """A visit is done or called off, or the office planned a further one: the patient's plans may go on."""
        freed = {each.patient_id for each in appointments if each.status in FREES}
        done = {each.patient_id for each in appointments if each.status is AppointmentStatus.COMPLETE}
        for account in (each.account for each in (self._location, *self._sisters)):
            if freed:
                await asyncio.to_thread(self._nexts.look_now, account, freed, now + _BOOKED_ANEW)
            if done:
                await asyncio.to_thread(self._nexts.look_now, account, done, now)
            for each in appointments:
                if each.status is AppointmentStatus.PLANNED and each.created_at is not None:
                    await asyncio.to_thread(self._nexts.look_now, account, {each.patient_id}, now, each.created_at)

    async def _open_cases(self, patient_id: str) -> Sequence[CaseRecord]:
        """The patient's open cases here and at the sister offices: it is one patient."""
        accounts = [each.account for each in (self._location, *self._sisters)]
        found = [await asyncio.to_thread(self._cases.open_of_account_patient, one, patient_id) for one in accounts]
        return [case for cases in found for case in cases]

    async def _look_again(self, case: CaseRecord, why: str) -> None:
        if not case.workflow_started:
            return
        try:
            await self._gateway.look_again(case.case_id, why)
        except CaseGone:
            return

    def _span(self, now: datetime) -> tuple[datetime, datetime]:
        """Whole office-local days, from today to the horizon."""
        local = now.astimezone(self._location.tz).replace(hour=0, minute=0, second=0, microsecond=0)
        return local, local + timedelta(days=DAYS_AHEAD)

    def _local_day(self, at: datetime) -> date:
        return at.astimezone(self._location.tz).date()


def _stale(fresh: Mapping[str, datetime], feed: str, now: datetime, limit: timedelta) -> bool:
    return feed not in fresh or now - fresh[feed] >= limit


def _concerns(appointment: Appointment, case: CaseRecord) -> bool:
    if appointment.id == case.appointment_id:
        return False
    return appointment.created_at is None or appointment.created_at > case.accepted_at
