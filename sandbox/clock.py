"""The practice's clock: real time with an offset, or standing still until somebody moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """One clock for every vendor in the sandbox.

    A manual clock stands still until it is set or advanced; a real one runs, moved by an offset.
    """

    def __init__(self, *, manual: bool, at: datetime | None = None) -> None:
        self.manual = manual
        self._still = (at or datetime.now(UTC)).astimezone(UTC)
        self._offset = timedelta() if at is None else self._still - datetime.now(UTC)

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        return self._still if self.manual else datetime.now(UTC) + self._offset

    def set(self, at: datetime) -> datetime:
        """Make it `at` now; raises ValueError for a time without an offset."""
        if at.tzinfo is None:
            raise ValueError(f"{at.isoformat()} has no UTC offset; write it as 2026-11-21T17:00:00Z")
        self._still = at.astimezone(UTC)
        self._offset = self._still - datetime.now(UTC)
        return self._still

    def advance(self, seconds: float) -> datetime:
        """Move on by `seconds` (may be a fraction)."""
        return self.set(self.now() + timedelta(seconds=seconds))
