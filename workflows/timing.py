"""One durable timer that is only started anew when its instant changes: a timer is a billed action."""

import asyncio
from datetime import datetime

from temporalio import workflow


class Deadline:
    """``rang`` turns true at the instant last set."""

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._timer: asyncio.Task[None] | None = None
        self.rang = False

    def set(self, at: datetime) -> None:
        """Ring at ``at``; at once when that is past. Setting the same instant again changes nothing."""
        if at == self._at and not self.rang:
            return
        self._at = at
        self._stop()
        seconds = (at - workflow.now()).total_seconds()
        self.rang = seconds <= 0
        if not self.rang:
            self._timer = asyncio.create_task(self._ring_after(seconds))

    def cancel(self) -> None:
        self._stop()
        self._at = None
        self.rang = False

    async def _ring_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.rang = True

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
