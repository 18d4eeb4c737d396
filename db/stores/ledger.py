"""What must stand in the PMS once (payments, refunds, notes), until it does."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from db.rows import insert_new
from db.session import Database
from db.tables.money import LedgerWriteRow

_WAITING = "waiting"


class LedgerStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, reference: str, kind: str, payload: Mapping[str, Any], *, case_id: str, location: str, at: datetime
    ) -> bool:
        """Ask for one entry; False when this reference was asked for before. ``kind``: payment, refund or note."""
        row = LedgerWriteRow(
            reference=reference, kind=kind, payload=dict(payload), case_id=case_id, location=location, created_at=at
        )
        with self._database.write() as session:
            return insert_new(session, LedgerWriteRow, [row.model_dump()]) == 1

    def get(self, reference: str) -> LedgerWriteRow | None:
        with self._database.read() as session:
            return session.get(LedgerWriteRow, reference)

    def waiting(self, limit: int = 100) -> Sequence[LedgerWriteRow]:
        """Entries that are not in the PMS yet, the least tried first."""
        open_rows = select(LedgerWriteRow).where(LedgerWriteRow.state == _WAITING)
        ordered = open_rows.order_by(col(LedgerWriteRow.attempts), col(LedgerWriteRow.created_at)).limit(limit)
        with self._database.read() as session:
            return session.exec(ordered).all()

    def of_case(self, case_id: str) -> Sequence[LedgerWriteRow]:
        entries = select(LedgerWriteRow).where(LedgerWriteRow.case_id == case_id)
        with self._database.read() as session:
            return session.exec(entries.order_by(col(LedgerWriteRow.created_at))).all()

    def done(self, reference: str, pms_id: str, at: datetime) -> None:
        """The PMS has it under this id."""
        self._set(reference, {"state": "done", "pms_id": pms_id, "done_at": at, "error": ""})

    def failed(self, reference: str, error: str) -> None:
        """One more attempt in vain; it stays waiting."""
        self._set(reference, {"attempts": LedgerWriteRow.attempts + 1, "error": error})

    def _set(self, reference: str, values: dict[str, object]) -> None:
        this = (col(LedgerWriteRow.reference) == reference, col(LedgerWriteRow.state) == _WAITING)
        with self._database.write() as session:
            session.exec(update(LedgerWriteRow).where(*this).values(**values))
