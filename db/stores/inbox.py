"""The webhook inbox: stored before it is answered, handled once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select

from db.rows import insert_new
from db.session import Database
from db.tables.inbox import InboxRow

MANY_ATTEMPTS = 20
"""A webhook that failed this often is shown to staff. It is still tried: what it needs may only be down."""


class InboxStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, source: str, external_id: str, body: str, received_at: datetime) -> bool:
        """Keep a webhook; False when the same one came before."""
        row = {"source": source, "external_id": external_id, "body": body, "received_at": received_at}
        with self._database.write() as session:
            return insert_new(session, InboxRow, [{**row, "handled_at": None, "attempts": 0, "error": ""}]) == 1

    def unhandled(self, limit: int = 100) -> Sequence[InboxRow]:
        """Webhooks still to be handled, the least tried first, then the oldest."""
        waiting = select(InboxRow).where(col(InboxRow.handled_at).is_(None))
        ordered = waiting.order_by(col(InboxRow.attempts), col(InboxRow.received_at)).limit(limit)
        with self._database.read() as session:
            return session.exec(ordered).all()

    def mark_handled(self, source: str, external_id: str, at: datetime) -> None:
        self._set(source, external_id, {"handled_at": at, "error": ""})

    def mark_failed(self, source: str, external_id: str, error: str) -> None:
        """Count a failed attempt; ``error`` is for staff and must hold no patient data."""
        self._set(source, external_id, {"attempts": InboxRow.attempts + 1, "error": error})

    def stuck(self) -> Sequence[InboxRow]:
        """Webhooks that failed again and again, oldest first."""
        failing = select(InboxRow).where(col(InboxRow.handled_at).is_(None), col(InboxRow.attempts) >= MANY_ATTEMPTS)
        with self._database.read() as session:
            return session.exec(failing.order_by(col(InboxRow.received_at))).all()

    def _set(self, source: str, external_id: str, values: dict[str, object]) -> None:
        this = (col(InboxRow.source) == source, col(InboxRow.external_id) == external_id)
        with self._database.write() as session:
            session.exec(update(InboxRow).where(*this).values(**values))
