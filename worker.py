"""The Temporal worker and the loops that always run beside it; wiring only."""

import asyncio
import contextlib
import inspect
import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from loops.absences import Absences
from loops.consent import ConsentLoop, OfficeConsent
from loops.delivery import FailedTexts
from loops.deposit_events import DepositEvents
from loops.detect import DetectLoop
from loops.holds import HoldsLoop
from loops.inbox import InboxLoop
from loops.mirror import MirrorLoop
from loops.next_visits import NextVisitLoop
from loops.outbox import OutboxLoop
from loops.replies import Replies
from loops.running import Loop, Runner
from loops.tasks import TasksLoop
from loops.waiting import Waiting
from loops.watch import WatchLoop
from runtime.interceptors import TranslateErrors
from runtime.settings import Settings
from runtime.temporal import workflow_runner
from wiring import Parts
from workflows.options import PMS_QUEUE, QUEUE
from workflows.plan_gateway import PlanGateway
from workflows.registry import WORKFLOWS

_PMS_SLOTS_PER_ACCOUNT = 2
"""The PMS answers one request a second: more slots would only take the wait away from the priority order."""

_DRAIN = timedelta(seconds=5)
_STOP_SECONDS = 12


class ActivityThreads(ThreadPoolExecutor):
    """Where activities run. ``calls``: those in hand."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads, thread_name_prefix="activity")
        self.calls: set[Future[Any]] = set()

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future = super().submit(call, *arguments, **named)
        self.calls.add(future)
        future.add_done_callback(self.calls.discard)
        return future


class Processes:
    """Two workers (ours, the PMS's) and every loop, started and stopped together.

    ``loops=False``: nothing runs by itself beside the workers; the owner steps the ``runners`` by hand.
    """

    def __init__(self, parts: Parts, client: Client, *, loops: bool = True) -> None:
        self._parts = parts
        self._run_loops = loops
        self._gateway = parts.gateway(client)
        self._threads = ActivityThreads(32)
        self._workers = _workers(parts, client, self._threads)
        self.runners = _runners(parts, self._gateway, self._hint)
        self._tasks: list[asyncio.Task[Any]] = []

    async def __aenter__(self) -> "Processes":
        self._tasks = [asyncio.create_task(worker.run()) for worker in self._workers]
        if self._run_loops:
            self._tasks += [asyncio.create_task(runner.run()) for runner in self.runners]
        self._tasks.append(asyncio.create_task(self._beat()))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks[len(self._workers) :]:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._drain(), _STOP_SECONDS)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _drain(self) -> None:
        """What is unfinished at the end of the time is done again after the next start."""
        await asyncio.gather(*(worker.shutdown() for worker in self._workers))
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def failed(self) -> None:
        """Returns never, or raises what ended a worker."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()

    @property
    def at_work(self) -> bool:
        """Whether an activity is in hand."""
        return bool(self._threads.calls)

    def wake(self, name: str) -> None:
        """End the pause of the loops of that name (``inbox``, ``detect:...``)."""
        for runner in self.runners:
            if runner.name == name:
                runner.wake()

    def _hint(self, location: str) -> None:
        account = self._parts.locations.get(location).account
        self.wake(f"detect:{account}")
        self.wake(f"mirror:{account}")

    async def _beat(self) -> None:
        """What ``/healthz`` looks for."""
        while True:
            await asyncio.to_thread(self._parts.stores.heartbeats.beat, "worker", self._parts.clock.now())
            await asyncio.sleep(5)


def _workers(parts: Parts, client: Client, threads: ThreadPoolExecutor) -> list[Worker]:
    activities = _methods(parts.activities())
    shared: dict[str, Any] = {
        "activities": activities,
        "activity_executor": threads,
        "interceptors": [TranslateErrors()],
        "graceful_shutdown_timeout": _DRAIN,
        **_versioning(parts.settings),
    }
    accounts = {location.account for location in parts.locations.all()}
    return [
        Worker(
            client,
            task_queue=QUEUE,
            workflows=WORKFLOWS,
            workflow_runner=workflow_runner(),
            max_concurrent_activities=24,
            max_cached_workflows=2000,
            **shared,
        ),
        Worker(
            client,
            task_queue=PMS_QUEUE,
            max_concurrent_activities=max(4, _PMS_SLOTS_PER_ACCOUNT * len(accounts)),
            **shared,
        ),
    ]


def _versioning(settings: Settings) -> dict[str, Any]:
    """Production only, and only when the deploy says who it is; without a current version workflows would hang."""
    if not settings.deployment:
        return {}
    return {
        "deployment_config": WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(settings.deployment, settings.build_id),
            use_worker_versioning=True,
            default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
        )
    }


def _methods(areas: Sequence[object]) -> list[Callable[..., Any]]:
    """Every ``@activity.defn`` method of the areas."""
    return [
        method
        for area in areas
        for _, method in inspect.getmembers(area, inspect.ismethod)
        if hasattr(method, "__temporal_activity_definition")
    ]


def _runners(parts: Parts, gateway: Any, hint: Callable[[str], None]) -> list[Runner]:
    holder = f"{socket.gethostname()}:{os.getpid()}"
    s = parts.stores
    return [Runner(loop, s.leases, s.heartbeats, parts.clock, holder) for loop in _loops(parts, gateway, hint)]


def _loops(parts: Parts, gateway: Any, hint: Callable[[str], None]) -> list[Loop]:
    s, clock, vendors = parts.stores, parts.clock, parts.vendors
    tasks = parts.reply_tasks
    replies = Replies(
        s.inbound,
        s.cases,
        s.offers,
        s.outbox,
        s.suppressions,
        s.links,
        parts.courier,
        tasks,
        parts.locations,
        gateway,
        clock,
    )
    failed = FailedTexts(s.outbox, s.cases, tasks, parts.refusals, parts.alarm, gateway, clock)
    office = OfficeConsent(s.suppressions, s.mirror, clock)
    door = PlanGateway(gateway)
    deposit_events = DepositEvents(s.deposits, s.cases, vendors, gateway, tasks.about, clock)
    inbox = InboxLoop(
        s.inbox,
        s.outbox,
        failed,
        deposit_events,
        replies,
        gateway,
        hint,
        clock,
        parts.plans.events(door),
    )
    waiting = Waiting(s.cases, parts.locations, gateway)
    loops: list[Loop] = [
        inbox,
        OutboxLoop(s.outbox, parts.courier, vendors, failed, clock),
        ConsentLoop(s.suppressions, s.mirror, s.cases, parts.locations, vendors, clock),
        HoldsLoop(s.holds, s.deposits, deposit_events.note_paid, clock, waiting),
        TasksLoop(s.tasks, s.cases, vendors, gateway, clock, parts.loose_tasks),
        WatchLoop(s.cases, s.board, gateway, s.heartbeats, clock),
        *parts.plans.loops(door),
    ]
    for location in parts.locations.all():
        sisters = parts.locations.sisters(location.key)
        away = Absences(location, s.mirror, s.cases, s.offers, gateway, sisters)
        mirrored = (s.mirror, s.watermarks, s.cases, s.nexts, away, office, gateway, clock, waiting)
        loops.append(MirrorLoop(location, vendors, *mirrored, sisters))
        loops.append(DetectLoop(location, vendors, s.watermarks, s.cases, gateway, clock))
        loops.append(NextVisitLoop(location, vendors, s.nexts, s.mirror, s.cases, gateway, clock))
    return loops


async def run_worker(parts: Parts, client: Client, stop: asyncio.Event) -> None:
    """Run until ``stop`` is set or a worker fails."""
    async with Processes(parts, client) as processes:
        waits = [asyncio.create_task(stop.wait()), asyncio.create_task(processes.failed())]
        done, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        for task in done:
            task.result()
