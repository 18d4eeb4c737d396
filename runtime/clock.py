"""The one source of time outside workflows."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...


class WallClock:
    """The machine's time, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SteppedClock:
    """A clock that its owner moves; the demo drives every process of its own with one."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        """Move to ``at``. Raises ValueError when that would go backwards."""
        if at < self._at:
            raise ValueError(f"the clock stands at {self._at.isoformat()} and cannot go back to {at.isoformat()}")
        self._at = at
