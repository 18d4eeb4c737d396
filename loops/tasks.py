"""Keeps our tasks and the PMS's in step: makes what is missing there, hears when a person is done there, and hands on
what no workflow watches."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog

from connectors.base import TaskDraft, TaskStatus, Vendors
from connectors.errors import ConnectorError
from domain.case import CASE_ID, Outcome
from domain.deposit_decisions import DECISION_TASK
from domain.records import TaskRecord
from loops.ports import Cases, Clock, LooseHands, Tasks
from workflows.contracts.case import Approve, Resolve
from workflows.gateway import CaseGone, Gateway

MAKE_AFTER = timedelta(minutes=7)
"""The activity that opens a task tries the PMS in the task's first minute, for five minutes at most. Whoever looked
there earlier could find nothing and make the task a second time."""

log = structlog.get_logger(__name__)


class TasksLoop:
    name = "tasks"
    every = 60.0

    def __init__(
        self, tasks: Tasks, cases: Cases, vendors: Vendors, gateway: Gateway, clock: Clock, hands: LooseHands
    ) -> None:
        self._tasks = tasks
        self._cases = cases
        self._vendors = vendors
        self._gateway = gateway
        self._clock = clock
        self._hands = hands

    async def step(self) -> None:
        for task in await asyncio.to_thread(self._tasks.due_to_climb, self._clock.now()):
            await asyncio.to_thread(self._guarded, task, self._hands.climb)
        for task in await asyncio.to_thread(self._tasks.unmirrored):
            if self._clock.now() - task.opened_at >= MAKE_AFTER:
                await asyncio.to_thread(self._guarded, task, self._make)
        for task in await asyncio.to_thread(self._tasks.to_close_there):
            await asyncio.to_thread(self._guarded, task, self._hands.tick_off)
        for task in await asyncio.to_thread(self._tasks.mirrored):
            status = await asyncio.to_thread(self._guarded, task, self._read)
            if status is not None and status.done:
                await self._done_there(task)
            elif status is not None:
                await asyncio.to_thread(self._guarded, task, self._hands.move_along)

    def _guarded(self, task: TaskRecord, work: Callable[[TaskRecord], TaskStatus | None]) -> TaskStatus | None:
        """The PMS may be down, or the location taken away: our own row stands and the next round tries again."""
        try:
            return work(task)
        except (ConnectorError, KeyError) as fault:
            log.warning("a task waits for the PMS", task_id=task.id, error=type(fault).__name__)
            return None

    def _make(self, task: TaskRecord) -> None:
        if not task.case_id.startswith(CASE_ID):
            return  # plans have a loop of their own; others are about no patient
        case = self._cases.get(task.case_id)
        draft = TaskDraft(
            patient_id=case.patient_id,
            task_list_id=task.pms_list_id,
            user_id="",
            text=task.text,
            tag=task.id,
            urgent=task.urgent,
        )
        pms = self._vendors.pms(task.location)
        self._tasks.update(task.id, {"pms_task_id": pms.find_task(draft) or pms.put_task(draft)})

    def _read(self, task: TaskRecord) -> TaskStatus:
        return self._vendors.pms(task.location).task(task.pms_task_id)

    async def _done_there(self, task: TaskRecord) -> None:
        """Done in the PMS says that a person took care of it; what came of it stands in their notes there.

        A decision about money is no such thing: ours stays open and climbs until somebody decides on the case's page.
        """
        if task.kind == DECISION_TASK:
            return
        try:
            if task.kind == "approval":
                said = Approve(approved=True, by=task.owner, note="marked done in the PMS")
                await self._gateway.approve(task.case_id, said, f"pms-{task.id}")
                return
            outcome = Resolve(outcome=Outcome.OTHER, by=task.owner, note="marked done in the PMS")
            await self._gateway.resolve(task.case_id, outcome, f"pms-{task.id}")
        except CaseGone:
            closed = {"done_at": self._clock.now(), "outcome": "done", "done_by": task.owner}
            await asyncio.to_thread(self._tasks.update, task.id, closed)
