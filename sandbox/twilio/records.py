"""Every message in either direction: one row each, and what Twilio's API shows of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from sandbox.state import SandboxState
from sandbox.twilio.errors import ENDINGS

SCHEMA = """
CREATE TABLE IF NOT EXISTS twilio_messages (
    seq INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, direction TEXT NOT NULL, sender TEXT NOT NULL,
    recipient TEXT NOT NULL, text TEXT NOT NULL, shown TEXT NOT NULL, status TEXT NOT NULL, error_code INTEGER,
    service_sid TEXT, status_callback TEXT NOT NULL DEFAULT '', validity_seconds INTEGER NOT NULL DEFAULT 36000,
    segments INTEGER NOT NULL DEFAULT 1, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    due_at TEXT, sent_at TEXT, arrived_at TEXT
);
CREATE INDEX IF NOT EXISTS twilio_messages_due ON twilio_messages (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS twilio_messages_recipient ON twilio_messages (recipient, seq);
CREATE INDEX IF NOT EXISTS twilio_messages_sender ON twilio_messages (sender, seq);
"""
API_VERSION = "2010-04-01"
SETTLED = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})


@dataclass(frozen=True, slots=True)
class Message:
    """One text.

    `text` is what was written and what the phone shows; `shown` is what the API shows (redaction empties it).
    `due_at` is when something happens to it next; `arrived_at` when it came onto the patient's phone.
    Times are ISO 8601 in UTC with microseconds, so that they sort as text.
    """

    sid: str
    direction: str
    sender: str
    recipient: str
    text: str
    shown: str
    status: str
    created_at: str
    updated_at: str
    error_code: int | None = None
    service_sid: str | None = None
    status_callback: str = ""
    validity_seconds: int = 36_000
    segments: int = 1
    due_at: str | None = None
    sent_at: str | None = None
    arrived_at: str | None = None
    seq: int = 0

    @property
    def known_error(self) -> int | None:
        """The error code once it is known; before the end it is only what the sandbox has in store."""
        return self.error_code if self.status in ("failed", "undelivered") else None


_COLUMNS = tuple(field.name for field in fields(Message) if field.name != "seq")


def iso(at: datetime) -> str:
    """UTC text that sorts as time does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def when(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


class Records:
    """The table of messages."""

    def __init__(self, state: SandboxState) -> None:
        self._state, self._store = state, state.store

    def now(self) -> str:
        return iso(self._state.clock.now())

    def new_sid(self) -> str:
        """SM and 32 hexadecimal digits, following from the seed and the number of messages so far."""
        row = self._store.one("SELECT COALESCE(MAX(seq), 0) + 1 AS n FROM twilio_messages")
        name = f"{self._state.settings.seed}/message/{row['n'] if row else 1}"
        return "SM" + hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()

    def add(self, message: Message) -> Message:
        names, marks = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
        values = [getattr(message, name) for name in _COLUMNS]
        seq = self._store.execute(f"INSERT INTO twilio_messages ({names}) VALUES ({marks})", values)
        return replace(message, seq=seq)

    def change(self, message: Message, **changes: Any) -> Message:
        """Write some columns anew; `updated_at` follows the practice's clock unless given."""
        changes.setdefault("updated_at", self.now())
        setting = ", ".join(f"{name} = ?" for name in changes)
        self._store.execute(f"UPDATE twilio_messages SET {setting} WHERE sid = ?", (*changes.values(), message.sid))
        return replace(message, **changes)

    def get(self, sid: str) -> Message | None:
        found = self.select("sid = ?", (sid,))
        return found[0] if found else None

    def delete(self, sid: str) -> None:
        """Take it out of the API's sight; the truth keeps it (direction `deleted-...`)."""
        self._store.execute("UPDATE twilio_messages SET direction = 'deleted-' || direction WHERE sid = ?", (sid,))

    def select(self, where: str, values: Sequence[Any] = (), tail: str = "ORDER BY seq") -> list[Message]:
        rows = self._store.all(f"SELECT * FROM twilio_messages WHERE {where} {tail}", values)
        return [Message(**dict(row)) for row in rows]


def as_json(message: Message, account_sid: str) -> dict[str, Any]:
    """The resource as the API shows it; a messaging service has not chosen the number while `accepted`."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{message.sid}"
    undecided = message.service_sid is not None and message.status in ("accepted", "scheduled")
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.shown,
        "date_created": _rfc2822(message.created_at),
        "date_sent": _rfc2822(message.sent_at),
        "date_updated": _rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": message.known_error,
        "error_message": ENDINGS.get(message.known_error) if message.known_error else None,
        "from": None if undecided else message.sender,
        "messaging_service_sid": message.service_sid,
        "num_media": "0",
        "num_segments": str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.recipient,
        "uri": f"{uri}.json",
    }


def _rfc2822(text: str | None) -> str | None:
    return format_datetime(when(text).replace(microsecond=0)) if text else None


def truth(message: Message) -> Mapping[str, Any]:
    """All there is to know about a message, for checks from outside."""
    return asdict(message)
