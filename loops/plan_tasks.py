"""Hands on the tasks of plans that nobody touched: plans have no workflow that always runs, so a loop watches them."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog

from connectors.errors import ConnectorError
from domain.plan_records import PLAN_ID
from domain.records import TaskRecord
from loops.plan_ports import OpenTasks, TaskHands
from loops.ports import Clock

_MAKE_AFTER = timedelta(minutes=1)
"""Whoever opened the task is putting it there first."""

log = structlog.get_logger(__name__)


class PlanTasksLoop:
    """Our rows climb first; the PMS's copies follow, sooner or later, when it answers."""

    name = "plan_tasks"
    every = 60.0

    def __init__(self, tasks: OpenTasks, hands: TaskHands, clock: Clock) -> None:
        self._tasks = tasks
        self._hands = hands
        self._clock = clock

    async def step(self) -> None:
        for task in await asyncio.to_thread(self._tasks.due_to_climb, self._clock.now()):
            if task.case_id.startswith(PLAN_ID):
                await asyncio.to_thread(self._hands.climb, task)
        for task in await asyncio.to_thread(self._tasks.unmirrored):
            if task.case_id.startswith(PLAN_ID) and self._clock.now() - task.opened_at >= _MAKE_AFTER:
                await asyncio.to_thread(self._guarded, self._hands.mirror, task)
        for task in await asyncio.to_thread(self._tasks.mirrored):
            if task.case_id.startswith(PLAN_ID):
                await asyncio.to_thread(self._guarded, self._hands.move_along, task)

    def _guarded(self, work: Callable[[TaskRecord], None], task: TaskRecord) -> None:
        try:
            work(task)
        except ConnectorError as fault:
            log.warning("a plan's task waits for the PMS", task_id=task.id, error=type(fault).__name__)
