"""Finds accepted plans: the poll is the source of truth, webhooks only make it sooner."""

import asyncio
from datetime import datetime

import structlog

from connectors.base import ChangePage, Vendors
from domain.case import Acceptance
from domain.location import Location
from domain.records import CaseRecord
from loops.ports import Cases, Clock, Watermarks
from workflows.gateway import CaseGone, Gateway

FEED = "acceptances"

log = structlog.get_logger(__name__)


class DetectLoop:
    """One account. The first round at onboarding is the baseline: those plans are counted, never texted."""

    def __init__(
        self,
        location: Location,
        vendors: Vendors,
        watermarks: Watermarks,
        cases: Cases,
        gateway: Gateway,
        clock: Clock,
    ) -> None:
        self.name = f"detect:{location.account}"
        self.every = float(location.poll_seconds)
        self._location = location
        self._vendors = vendors
        self._watermarks = watermarks
        self._cases = cases
        self._gateway = gateway
        self._clock = clock

    async def step(self) -> None:
        account = self._location.account
        watermark = await asyncio.to_thread(self._watermarks.get, account, FEED)
        page = await asyncio.to_thread(self._vendors.pms(self._location.key).accepted_since, watermark)
        for acceptance in page.acceptances:
            await self._take(acceptance, baseline=not watermark)
        await self._withdrawn(page)
        await asyncio.to_thread(self._watermarks.put, account, FEED, page.watermark or self._clock.now().isoformat())

    async def _take(self, acceptance: Acceptance, *, baseline: bool) -> None:
        """First the row, unique on its id, then the workflow; the watch starts what a crash left between them."""
        case = new_case(acceptance, self._location, self._clock.now())
        created = await asyncio.to_thread(self._cases.add, case, baseline=baseline)
        if created and not baseline:
            await start(case, self._cases, self._gateway)

    async def _withdrawn(self, page: ChangePage) -> None:
        for plan_id in page.withdrawn_plans:
            for case in await asyncio.to_thread(self._cases.open_for_plan, self._location.account, plan_id):
                try:
                    await self._gateway.look_again(case.case_id, "the plan changed")
                except CaseGone:
                    log.info("a withdrawn plan's case had ended", case_id=case.case_id)


async def start(case: CaseRecord, cases: Cases, gateway: Gateway) -> None:
    """Start the workflow of a row and mark it; both may be repeated."""
    await gateway.start(case)
    await asyncio.to_thread(cases.update, case.case_id, {"workflow_started": True})


def new_case(acceptance: Acceptance, location: Location, now: datetime) -> CaseRecord:
    """The row of a newly seen acceptance. Its deadline is now: until its workflow says otherwise, it is due."""
    return CaseRecord(
        case_id=acceptance.key().case_id,
        location=location.key,
        source=acceptance.source,
        account=location.account,
        plan_id=acceptance.plan_id,
        patient_id=acceptance.patient_id,
        acceptance=acceptance.acceptance,
        accepted_at=acceptance.accepted_at,
        detected_at=now,
        next_at=now,
        next_what="start",
    )
