"""What makes things happen by themselves: every registered step runs when the clock moves, and often in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

from sandbox.clock import Clock

log = logging.getLogger(__name__)

Step = Callable[[datetime], Awaitable[None]]
EVERY_SECONDS = 0.2


class Ticker:
    """Runs the steps in order with the practice's time. A step looks in the database for what is due.

    In both clock modes the steps also run every fraction of a real second, so that a step need not be told
    about new work; `nudge` makes the next run come at once.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._steps: list[Step] = []
        self._wake = asyncio.Event()
        self._lock = asyncio.Lock()

    def add(self, step: Step) -> None:
        self._steps.append(step)

    def nudge(self) -> None:
        """Ask for a run now; call it on the event loop only, after writing something that is due."""
        self._wake.set()

    async def tick(self) -> None:
        """Run every step once; a step that fails is logged and the others still run."""
        async with self._lock:
            for step in self._steps:
                try:
                    await step(self._clock.now())
                except Exception:
                    log.exception("a sandbox step failed")

    async def run(self) -> None:
        """For ever; cancelled at shutdown."""
        while True:
            self._wake.clear()
            await self.tick()
            # Not wait_for: on Python 3.11 it swallows a cancellation that comes as the event is set.
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS):
                    await self._wake.wait()
