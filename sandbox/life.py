"""Life in the practice: every so often a patient accepts a plan."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.opendental import staff
from sandbox.state import SandboxState


class Life:
    """A ticker step that signs one waiting plan every `seconds` on the practice's clock."""

    def __init__(self, state: SandboxState, seconds: float) -> None:
        self._state, self._every = state, timedelta(seconds=seconds)
        self._next = state.clock.now() + self._every

    async def step(self, now: datetime) -> None:
        if now < self._next:
            return
        self._next = now + self._every
        seed = f"{self._state.settings.seed}/life/{now.isoformat()}"
        staff.accept(self._state, staff.choose_waiting(self._state, 1, seed))
        self._state.ticker.nudge()
