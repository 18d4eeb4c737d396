"""What a store needs of a clock; the composition roots give the real one or the demo's."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...
