"""How a loop runs: under a database lease, so that of many processes one does the work, and safe to run twice."""

import asyncio
import contextlib
from typing import Protocol

import structlog

from loops.ports import Clock, Heartbeats, Leases

LEASE_SECONDS = 30.0

log = structlog.get_logger(__name__)


class Loop(Protocol):
    """``step`` does one round and may be repeated at any time; ``every`` is the pause between rounds in seconds."""

    name: str
    every: float

    async def step(self) -> None: ...


class Runner:
    """Runs one loop until cancelled. ``wake`` ends the pause, for example when a webhook stored a row."""

    def __init__(self, loop: Loop, leases: Leases, heartbeats: Heartbeats, clock: Clock, holder: str) -> None:
        self._loop = loop
        self._leases = leases
        self._heartbeats = heartbeats
        self._clock = clock
        self._holder = holder
        self._woken = asyncio.Event()
        self._failing = False

    @property
    def name(self) -> str:
        return self._loop.name

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        try:
            while True:
                await self.once()
                await self._pause()
        finally:
            await asyncio.to_thread(self._leases.release, self._loop.name, self._holder)

    async def once(self) -> bool:
        """One round if the lease is ours, else False."""
        now = self._clock.now()
        if not await asyncio.to_thread(self._leases.acquire, self._loop.name, self._holder, LEASE_SECONDS, now):
            return False
        renewing = asyncio.create_task(self._keep_lease())
        try:
            if await self.step():
                await asyncio.to_thread(self._heartbeats.beat, f"loop:{self._loop.name}", self._clock.now())
        finally:
            renewing.cancel()
        return True

    async def step(self) -> bool:
        """One round without a lease, for who runs all loops alone. A failing one is said once, then tried on: False."""
        try:
            await self._loop.step()
            self._failing = False
        except Exception as fault:
            if not self._failing:
                log.warning("loop failed, trying on", loop=self._loop.name, error=f"{type(fault).__name__}: {fault}")
            self._failing = True
        return not self._failing

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            now = self._clock.now()
            await asyncio.to_thread(self._leases.acquire, self._loop.name, self._holder, LEASE_SECONDS, now)

    async def _pause(self) -> None:
        # Not wait_for: on Python 3.11 it swallows a cancellation that comes as the event is set.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._loop.every):
                await self._woken.wait()
        self._woken.clear()
