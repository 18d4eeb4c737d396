"""Texts from patients, each once, and the numbers that are not to be texted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select

from db.rows import as_record, as_records, insert_new, put, values_of
from db.session import Database
from db.tables.texts import InboundTextRow, SuppressionRow
from domain.records import InboundText


class InboundStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, text: InboundText) -> bool:
        """Keep the text; False when it came before."""
        with self._database.write() as session:
            return insert_new(session, InboundTextRow, [values_of(text, handled_at=None)]) == 1

    def get(self, sid: str) -> InboundText | None:
        with self._database.read() as session:
            row = session.get(InboundTextRow, sid)
            return as_record(InboundText, row) if row else None

    def handled(self, sid: str, at: datetime, *, intent: str, case_id: str = "", urgent: bool = False) -> None:
        """What was made of it."""
        outcome = {"handled_at": at, "intent": intent, "case_id": case_id, "urgent": urgent}
        with self._database.write() as session:
            session.exec(update(InboundTextRow).where(col(InboundTextRow.sid) == sid).values(**outcome))

    def unhandled(self, limit: int = 100) -> Sequence[InboundText]:
        """Texts nobody has dealt with yet, oldest first."""
        waiting = select(InboundTextRow).where(col(InboundTextRow.handled_at).is_(None))
        with self._database.read() as session:
            rows = session.exec(waiting.order_by(col(InboundTextRow.received_at)).limit(limit)).all()
            return as_records(InboundText, rows)

    def of_phone(self, phone: str) -> Sequence[InboundText]:
        """Everything this phone wrote, oldest first."""
        texts = select(InboundTextRow).where(InboundTextRow.sender == phone)
        with self._database.read() as session:
            rows = session.exec(texts.order_by(col(InboundTextRow.received_at), col(InboundTextRow.sid))).all()
            return as_records(InboundText, rows)


class SuppressionStore:
    """One list of numbers that get no text, whoever asked for it and wherever."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_suppressed(self, phone: str) -> bool:
        with self._database.read() as session:
            row = session.get(SuppressionRow, phone)
            return row is not None and row.lifted_at is None

    def suppress(self, phone: str, reason: str, source: str, at: datetime) -> None:
        """From now on no text to this phone; the first reason of a standing suppression is kept."""
        entry = {"phone": phone, "reason": reason, "source": source, "at": at, "lifted_at": None}
        with self._database.write() as session:
            row = session.get(SuppressionRow, phone)
            if row is None or row.lifted_at is not None:
                put(session, SuppressionRow, [entry])

    def lift(self, phone: str, at: datetime) -> bool:
        """The person asked for texts again; False when the phone was not suppressed."""
        standing = (col(SuppressionRow.phone) == phone, col(SuppressionRow.lifted_at).is_(None))
        with self._database.write() as session:
            return session.exec(update(SuppressionRow).where(*standing).values(lifted_at=at)).rowcount == 1

    def changed_since(self, since: datetime) -> Sequence[SuppressionRow]:
        """Entries made or lifted since then: what must be told to the PMS."""
        changed = (col(SuppressionRow.at) >= since) | (col(SuppressionRow.lifted_at) >= since)
        with self._database.read() as session:
            return session.exec(select(SuppressionRow).where(changed).order_by(col(SuppressionRow.at))).all()
