"""The no-void watch: every open case has a future deadline or an open task, and a workflow that runs."""

import asyncio
import contextlib
from datetime import timedelta

import structlog

from domain.records import CaseRecord, goes_first
from loops.detect import start
from loops.ports import Board, Cases, Clock, Heartbeats
from workflows.gateway import CaseGone, Gateway

GRACE = timedelta(minutes=10)
"""A deadline may be this late before the watch looks: workers restart, vendors are slow."""

log = structlog.get_logger(__name__)


class WatchLoop:
    name = "watch"
    every = 30.0

    def __init__(self, cases: Cases, board: Board, gateway: Gateway, heartbeats: Heartbeats, clock: Clock) -> None:
        self._cases = cases
        self._board = board
        self._gateway = gateway
        self._heartbeats = heartbeats
        self._clock = clock

    async def step(self) -> None:
        for case in await asyncio.to_thread(self._cases.not_started):
            await start(case, self._cases, self._gateway)
        for case in await asyncio.to_thread(self._whose_turn):
            with contextlib.suppress(CaseGone):
                await self._gateway.look_again(case.case_id, "its turn has come")
        now = self._clock.now()
        for case in await asyncio.to_thread(self._board.overdue, now, GRACE):
            await self._revive(case)
        void = await asyncio.to_thread(self._board.void, now, GRACE)
        await asyncio.to_thread(self._heartbeats.beat, "void", now, {"void": len(void)})
        for case in void:
            log.error("a case is in the void", case_id=case.case_id, state=str(case.state))

    def _whose_turn(self) -> list[CaseRecord]:
        """Cases that stood in line behind another plan of their patient, which ended or went to a person."""
        waiting = self._cases.in_line()
        return [c for c in waiting if goes_first(c, self._cases.open_for_patient(c.location, c.patient_id)) is None]

    async def _revive(self, case: CaseRecord) -> None:
        """A workflow that is gone is started again from its row; a running one is only late."""
        if await self._gateway.is_open(case.case_id):
            return
        log.error("a case had no workflow, starting it", case_id=case.case_id)
        await self._gateway.start(case, revive=True)
