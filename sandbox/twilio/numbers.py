"""The practice's own numbers: the main line of each location, in a messaging service of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS twilio_senders (
    e164 TEXT PRIMARY KEY, label TEXT NOT NULL, service_sid TEXT NOT NULL, inbound_url TEXT NOT NULL DEFAULT ''
);
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """A number of the practice and the messaging service it is the only member of."""

    e164: str
    label: str
    service_sid: str
    inbound_url: str = ""


SENDERS = (
    Sender("+12085550100", "Cedar Ridge Dental Boise", "MG5a4d0b0c0000000000000000000000a1"),
    Sender("+16025550100", "Cedar Ridge Dental Phoenix", "MG5a4d0b0c0000000000000000000000a2"),
    Sender("+16235550100", "Cedar Ridge Dental Tempe", "MG5a4d0b0c0000000000000000000000a5"),
    Sender("+15035550100", "Cedar Ridge Dental Portland", "MG5a4d0b0c0000000000000000000000a3"),
    Sender("+14805550100", "Cedar Ridge Aesthetics Scottsdale", "MG5a4d0b0c0000000000000000000000a4"),
)


def prepare(store: Store) -> None:
    """Create the table and put in the numbers that come with the sandbox."""
    store.script(SCHEMA)
    for sender in SENDERS:
        store.execute(
            "INSERT OR IGNORE INTO twilio_senders (e164, label, service_sid) VALUES (?, ?, ?)",
            (sender.e164, sender.label, sender.service_sid),
        )


def by_number(store: Store, e164: str) -> Sender | None:
    return _one(store, "e164", e164)


def by_service(store: Store, service_sid: str) -> Sender | None:
    return _one(store, "service_sid", service_sid)


def _one(store: Store, column: str, value: str) -> Sender | None:
    row = store.one(f"SELECT * FROM twilio_senders WHERE {column} = ?", (value,))
    return Sender(**dict(row)) if row else None


def all_senders(store: Store) -> list[Sender]:
    return [Sender(**dict(row)) for row in store.all("SELECT * FROM twilio_senders ORDER BY rowid")]


def set_inbound_url(store: Store, url: str, e164: str | None) -> None:
    """Where incoming messages are announced, for one number or for all."""
    where, values = ("WHERE e164 = ?", (url, e164)) if e164 else ("", (url,))
    store.execute(f"UPDATE twilio_senders SET inbound_url = ? {where}", values)
