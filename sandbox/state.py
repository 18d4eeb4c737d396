"""What every vendor in the sandbox shares: database, clock, faults, webhook sender, request log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.clock import Clock
from sandbox.delivery import Delivery
from sandbox.faults import Faults
from sandbox.requestlog import RequestLog
from sandbox.settings import SandboxSettings
from sandbox.store import Store
from sandbox.ticker import Ticker

DATABASE_FILE = "sandbox.sqlite"
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS phones (
    e164 TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('mobile', 'landline')),
    carrier_state TEXT NOT NULL DEFAULT 'reachable'
        CHECK (carrier_state IN ('reachable', 'unreachable', 'filtered'))
);
"""


@dataclass(frozen=True, slots=True)
class SandboxState:
    """Handed to every router. A vendor creates its own tables with `store.script`, sends webhooks with
    `delivery.enqueue`, and registers what must happen later as a step of `ticker`."""

    settings: SandboxSettings
    store: Store
    clock: Clock
    faults: Faults
    delivery: Delivery
    ticker: Ticker
    requests: RequestLog

    def remember_clock(self) -> None:
        """Keep the clock's time, for a manual clock to go on from."""
        self.store.execute("REPLACE INTO meta (name, value) VALUES ('clock_at', ?)", (self.clock.now().isoformat(),))

    def started_at(self) -> datetime:
        """The moment that the practice was generated around."""
        row = self.store.one("SELECT value FROM meta WHERE name = 'started_at'")
        return datetime.fromisoformat(row["value"]) if row else self.clock.now()


def open_state(settings: SandboxSettings) -> SandboxState:
    """Open (or begin) the practice in `settings.home`."""
    store = Store(settings.home / DATABASE_FILE)
    store.script(SCHEMA)
    clock = Clock(manual=settings.manual_clock, at=_starting_point(settings, store))
    faults = Faults(settings.seed)
    delivery = Delivery(store, clock, faults)
    ticker = Ticker(clock)
    ticker.add(delivery.run_due)
    return SandboxState(settings, store, clock, faults, delivery, ticker, RequestLog())


def _starting_point(settings: SandboxSettings, store: Store) -> datetime | None:
    """A manual clock goes on where it was left, unless told otherwise; a real one runs with the real time."""
    if settings.at is not None:
        return settings.at.astimezone(UTC)
    row = store.one("SELECT value FROM meta WHERE name = 'clock_at'") if settings.manual_clock else None
    return datetime.fromisoformat(row["value"]) if row else None
