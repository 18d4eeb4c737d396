"""What reached each vendor: kept in memory for tests and for the curious."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived, and the status that went back (0: no answer was sent)."""

    at: str
    vendor: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str
    status: int
    fault: str


class RequestLog:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._received: deque[Received] = deque(maxlen=KEPT)

    def add(self, received: Received) -> None:
        self._received.append(received)

    def list(self, vendor: str | None = None) -> list[dict[str, Any]]:
        return [asdict(r) for r in self._received if vendor in (None, r.vendor)]

    def clear(self) -> None:
        self._received.clear()
