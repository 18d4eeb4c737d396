"""Pacers for tests: one that lets everything go, and counts."""

from dataclasses import dataclass, field


@dataclass
class CountingPacer:
    """Never waits; remembers which account asked."""

    waits: list[str] = field(default_factory=list)

    def wait(self, account: str) -> None:
        self.waits.append(account)
