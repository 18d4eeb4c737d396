"""Opens the next visit of a plan: a plan that was accepted is booked to its end, visit by visit.

Nothing is asked of the PMS while nothing happens to a plan: the mirror says when a visit of the patient is done or
planned, and each plan is looked at once a day after its visit, then less and less often, so that nothing is lost.
"""

import asyncio
from datetime import datetime, timedelta

import structlog

from connectors.base import Vendors
from connectors.errors import ConnectorError, InvalidRequest, NotFound, PermissionDenied
from domain.case import CaseKey
from domain.location import Location
from domain.next_visit import CALLED_OFF, Next, NextVisit, first_look, later_look, next_visit, opens_from
from domain.people import SILENT_STATUSES
from domain.records import CaseRecord
from loops.detect import start
from loops.ports import Cases, Clock, NextVisits, PatientsAtHand
from workflows.gateway import Gateway

_AFTER_FAULT = timedelta(hours=1)

log = structlog.get_logger(__name__)


class NextVisitLoop:
    """One account. Reads of the PMS wait their turn in the account's budget, like all others."""

    every = 60.0

    def __init__(
        self,
        location: Location,
        vendors: Vendors,
        nexts: NextVisits,
        mirror: PatientsAtHand,
        cases: Cases,
        gateway: Gateway,
        clock: Clock,
    ) -> None:
        self.name = f"next_visits:{location.account}"
        self._location = location
        self._vendors = vendors
        self._nexts = nexts
        self._mirror = mirror
        self._cases = cases
        self._gateway = gateway
        self._clock = clock

    async def step(self) -> None:
        for case in await asyncio.to_thread(self._nexts.due, self._location.account, self._clock.now()):
            await self._guarded(case)

    async def _guarded(self, case: CaseRecord) -> None:
        """A plan that cannot be followed is looked at in an hour, and stops no other; a PMS that is away does."""
        try:
            await self._follow(case, self._clock.now())
        except ConnectorError:
            raise
        except Exception as fault:
            log.warning("a plan cannot be followed", case_id=case.case_id, error=type(fault).__name__)
            await asyncio.to_thread(self._nexts.look_at, case.case_id, self._clock.now() + _AFTER_FAULT)

    async def _follow(self, case: CaseRecord, now: datetime) -> None:
        due = case.follow_at or first_look(case, self._location.tz)
        earliest = max(due, opens_from(case, self._location.tz))
        if earliest > now:
            await asyncio.to_thread(self._nexts.look_at, case.case_id, earliest)
            return
        if await asyncio.to_thread(self._cases.open_of_account_patient, case.account, case.patient_id):
            return  # an earlier round of this very step opened one; this plan waits for its end
        found = await asyncio.to_thread(self._look, case)
        if found.kind is Next.OPEN:
            await self._open(case, found, now)
        elif found.kind is Next.AGAIN:
            await self._open_again(case, found, now)
        elif found.kind is Next.NEVER:
            await asyncio.to_thread(self._nexts.settle, case.case_id, found.why)
        else:
            await asyncio.to_thread(self._nexts.look_at, case.case_id, later_look(case, now))

    def _look(self, case: CaseRecord) -> NextVisit:
        """The plan as it is now. One that the PMS refuses to show waits, and does not stop the others."""
        patient = self._mirror.patient(case.account, case.patient_id)
        if patient is not None and patient.status in SILENT_STATUSES:
            return NextVisit(kind=Next.NEVER, why=f"the patient is {patient.status}")
        pms = self._vendors.pms(self._location.key)
        try:
            plan = pms.plan(case.plan_id, case.patient_id)
            planned = pms.planned_appointments(case.patient_id) if plan.open_procedures() else ()
        except NotFound:
            return NextVisit(kind=Next.NEVER, why="the patient or the plan is not in the PMS any more")
        except (InvalidRequest, PermissionDenied) as refused:
            log.warning("a plan cannot be read", case_id=case.case_id, error=type(refused).__name__)
            return NextVisit(kind=Next.WAIT, why="the PMS refused to show the plan")
        return next_visit(case, plan, planned)

    async def _open(self, case: CaseRecord, found: NextVisit, now: datetime) -> None:
        """The row first, one after each case by a rule of the database, then its workflow."""
        before = await asyncio.to_thread(self._cases.of_plan, case.account, case.plan_id, case.acceptance)
        number = max(found.number, *(each.visit_number + 1 for each in before))
        key = CaseKey(
            location=case.location, source=case.source, plan=case.plan_id, acceptance=case.acceptance, visit=number
        )
        await self._begin(
            case, _case_after(case, key.case_id, number, found, now), f"visit {number} followed", found.why
        )

    async def _open_again(self, case: CaseRecord, found: NextVisit, now: datetime) -> None:
        """The same visit, under an id of its own."""
        fresh = _case_after(case, f"{case.case_id}.{int(now.timestamp())}", found.number, found, now)
        await self._begin(case, fresh, CALLED_OFF, found.why)

    async def _begin(self, case: CaseRecord, fresh: CaseRecord, followed: str, why: str) -> None:
        if await asyncio.to_thread(self._nexts.open, fresh, followed):
            await asyncio.to_thread(self._cases.note, case.case_id, "next_visit", why, fresh.detected_at)
            await asyncio.to_thread(self._cases.note, fresh.case_id, "next_visit", why, fresh.detected_at)
            await start(fresh, self._cases, self._gateway)


def _case_after(case: CaseRecord, case_id: str, number: int, found: NextVisit, now: datetime) -> CaseRecord:
    """Its deadlines count from now, when it was opened: that is its acceptance."""
    return CaseRecord(
        case_id=case_id,
        location=case.location,
        source=case.source,
        account=case.account,
        plan_id=case.plan_id,
        patient_id=case.patient_id,
        acceptance=case.acceptance,
        visit_number=number,
        plan_visits=max(found.count, number),
        follows=case.case_id,
        person_first=f"{found.why[:1].upper()}{found.why[1:]}; please call the patient" if found.person else "",
        accepted_at=now,
        detected_at=now,
        next_at=now,
        next_what="start",
    )
