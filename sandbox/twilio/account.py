"""The one Twilio account of the sandbox: what every part of the look-alike gets, and its few settings."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.state import SandboxState
from sandbox.twilio.records import Records

SCHEMA = "CREATE TABLE IF NOT EXISTS twilio_config (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
STEP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Account:
    """The shared state and the messages."""

    state: SandboxState
    records: Records

    @property
    def sid(self) -> str:
        return self.state.settings.twilio_account_sid

    def number(self, name: str, default: float) -> float:
        """A setting: `step_seconds` between two states of a message, `segments_per_second` of each number (0: any)."""
        row = self.state.store.one("SELECT value FROM twilio_config WHERE name = ?", (name,))
        return float(row["value"]) if row else default

    def configure(self, name: str, value: float) -> None:
        self.state.store.execute("INSERT OR REPLACE INTO twilio_config VALUES (?, ?)", (name, str(value)))


def open_account(state: SandboxState) -> Account:
    return Account(state, Records(state))
