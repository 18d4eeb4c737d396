"""The phones at the other end: what goes wrong with a number, by the practice's data or by order of a test."""

from __future__ import annotations

from sandbox.store import Store
from sandbox.twilio.errors import REFUSALS

SCHEMA = """
CREATE TABLE IF NOT EXISTS twilio_number_errors (e164 TEXT PRIMARY KEY, error INTEGER NOT NULL, times INTEGER);
"""
BY_STATE = {"unreachable": 30003, "filtered": 30007}


def set_error(store: Store, e164: str, error: int | None, times: int | None) -> None:
    """Let the next `times` messages (None: all) to a number end with a code; no code clears it."""
    store.execute("DELETE FROM twilio_number_errors WHERE e164 = ?", (e164,))
    if error is not None:
        store.execute("INSERT INTO twilio_number_errors VALUES (?, ?, ?)", (e164, error, times))


def refusal(store: Store, e164: str) -> int | None:
    """The code with which a create call to this number is refused at once, if any."""
    return _ordered(store, e164, at_once=True) or (21614 if _landline(store, e164) and _even(e164) else None)


def ending(store: Store, e164: str) -> int | None:
    """The code with which a message to this number ends at the carrier; None when it arrives."""
    if code := _ordered(store, e164, at_once=False):
        return code
    if _landline(store, e164):
        return 30006
    row = store.one("SELECT carrier_state FROM phones WHERE e164 = ?", (e164,))
    return BY_STATE.get(row["carrier_state"]) if row else None


def _landline(store: Store, e164: str) -> bool:
    row = store.one("SELECT kind FROM phones WHERE e164 = ?", (e164,))
    return row is not None and row["kind"] == "landline"


def _even(e164: str) -> bool:
    """Half of the landlines are known as such to Twilio (21614); the other half fail at the carrier (30006)."""
    return int(e164[-1]) % 2 == 0


def _ordered(store: Store, e164: str, *, at_once: bool) -> int | None:
    row = store.one("SELECT error, times FROM twilio_number_errors WHERE e164 = ?", (e164,))
    if row is None or (row["error"] in REFUSALS) != at_once:
        return None
    if row["times"] is not None:
        left = row["times"] - 1
        set_error(store, e164, row["error"] if left > 0 else None, left)
    return int(row["error"])
