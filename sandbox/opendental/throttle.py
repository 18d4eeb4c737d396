"""Open Dental's limit of so many requests a second for each customer key; off until switched on."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Throttle:
    """`seconds_apart` None lets everything pass. Measured in real time, since the client waits in real time."""

    seconds_apart: float | None = None
    _last: dict[str, float] = field(default_factory=dict)

    def wait_for(self, key: str) -> int:
        """0 when the request may pass; else after how many whole seconds to come back."""
        if self.seconds_apart is None:
            return 0
        now = time.monotonic()
        left = self._last.get(key, -math.inf) + self.seconds_apart - now
        if left > 0:
            return max(1, math.ceil(left))
        self._last[key] = now
        return 0
