"""Texts from patients, each once, and the numbers that are not to be texted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from db.rows import as_record, as_records, insert_new, put, values_of
from db.session import Database, serialize
from db.tables.texts import InboundTextRow, SuppressionRow
from domain.records import WRONG_NUMBER, InboundText, Suppression

PMS = "pms"
"""The source of a word that came from the PMS, which need not be told of it."""


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


def _outweighs(row: SuppressionRow, reason: str, source: str) -> bool:
    """Whether a new word takes the place of the one that stands."""
    if reason == WRONG_NUMBER:
        return row.reason != WRONG_NUMBER
    return source != PMS and row.source == PMS


class SuppressionStore:
    """One list of numbers that get no text, whoever asked for it and wherever."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_suppressed(self, phone: str) -> bool:
        with self._database.read() as session:
            row = session.get(SuppressionRow, phone)
            return row is not None and row.lifted_at is None

    def get(self, phone: str) -> Suppression | None:
        with self._database.read() as session:
            row = session.get(SuppressionRow, phone)
            return as_record(Suppression, row) if row else None

    def suppress(self, phone: str, reason: str, source: str, at: datetime, since: datetime | None = None) -> None:
        """From now on no text to this phone.

        The first reason of a standing suppression is kept, but the phone's own word replaces the PMS's, and a wrong
        number any other. ``since``: what the word is about; older than the last lifting it is old news.
        """
        entry = Suppression(phone=phone, reason=reason, source=source, at=at, told_at=at if source == PMS else None)

        def work(session: Session) -> None:
            serialize(session, f"suppression:{phone}")
            row = session.get(SuppressionRow, phone)
            stands = row is not None and row.lifted_at is None and not _outweighs(row, reason, source)
            is_old = row is not None and row.lifted_at is not None and since is not None and since <= row.lifted_at
            if not (stands or is_old):
                put(session, SuppressionRow, [values_of(entry)])

        self._database.run(work)

    def lift(self, phone: str, at: datetime, by: str = "reply") -> bool:
        """The person asked for texts again; False when the phone was not suppressed."""
        standing = (col(SuppressionRow.phone) == phone, col(SuppressionRow.lifted_at).is_(None))
        lifted = {"lifted_at": at, "lifted_by": by, "told_at": at if by == PMS else None}
        with self._database.write() as session:
            return session.exec(update(SuppressionRow).where(*standing).values(**lifted)).rowcount == 1

    def untold(self, limit: int = 50) -> Sequence[Suppression]:
        """What the PMS does not know yet, oldest first."""
        waiting = select(SuppressionRow).where(col(SuppressionRow.told_at).is_(None))
        with self._database.read() as session:
            rows = session.exec(waiting.order_by(col(SuppressionRow.at), col(SuppressionRow.phone)).limit(limit)).all()
            return as_records(Suppression, rows)

    def told(self, entry: Suppression, at: datetime) -> None:
        """The PMS knows this word; nothing happens when there is a newer one by now."""
        same = (
            col(SuppressionRow.phone) == entry.phone,
            col(SuppressionRow.at) == entry.at,
            col(SuppressionRow.lifted_at) == entry.lifted_at
            if entry.lifted_at is not None
            else col(SuppressionRow.lifted_at).is_(None),
        )
        with self._database.write() as session:
            session.exec(update(SuppressionRow).where(*same).values(told_at=at))
