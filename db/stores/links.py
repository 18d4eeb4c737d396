"""Patients' links. The token is shown once; the database knows only its hash."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, func, update
from sqlmodel import col, select

from db.rows import as_record, as_records
from db.session import Database
from db.tables.links import LinkRow
from domain.records import LinkRecord

_TOKEN_BYTES = 16


class LinkStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, case_id: str, phone: str, now: datetime, expires_at: datetime) -> str:
        """A new link's token (128 random bits, shown once); only its hash is stored."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        link = LinkRow(token_hash=hash_of(token), case_id=case_id, phone=phone, created_at=now, expires_at=expires_at)
        with self._database.write() as session:
            session.add(link)
        return token

    def find(self, token: str) -> LinkRecord | None:
        """The link of this token, closed and expired ones too; None for a token that was never issued."""
        with self._database.read() as session:
            row = session.get(LinkRow, hash_of(token))
            return as_record(LinkRecord, row) if row else None

    def count_failure(self, token_hash: str) -> int:
        """One more wrong answer; returns how many there are on all links of that case which are not closed.

        They count together, or whoever asks for new links would have as many tries as they like.
        """
        with self._database.write() as session:
            row = session.get_one(LinkRow, token_hash, with_for_update=True)
            row.failures += 1
            session.flush()
            open_links = select(func.sum(LinkRow.failures)).where(
                LinkRow.case_id == row.case_id, col(LinkRow.closed_at).is_(None)
            )
            return int(session.exec(open_links).one() or 0)

    def forget_failures(self, case_id: str) -> None:
        """The right answer was given: the wrong ones before it were slips."""
        slips = (col(LinkRow.case_id) == case_id, col(LinkRow.failures) > 0)
        with self._database.write() as session:
            session.exec(update(LinkRow).where(*slips).values(failures=0))

    def close(self, token_hash: str, reason: str, at: datetime) -> None:
        self._close(col(LinkRow.token_hash) == token_hash, reason, at)

    def close_all(self, case_id: str, reason: str, at: datetime) -> None:
        """Every open link of the case ends; a link closed before keeps its reason."""
        self._close(col(LinkRow.case_id) == case_id, reason, at)

    def close_for_phone(self, phone: str, reason: str, at: datetime) -> None:
        """Every open link ever sent to this phone ends (wrong number)."""
        self._close(col(LinkRow.phone) == phone, reason, at)

    def of_case(self, case_id: str) -> Sequence[LinkRecord]:
        links = select(LinkRow).where(LinkRow.case_id == case_id).order_by(col(LinkRow.created_at))
        with self._database.read() as session:
            return as_records(LinkRecord, session.exec(links).all())

    def _close(self, which: ColumnElement[bool], reason: str, at: datetime) -> None:
        still_open = (which, col(LinkRow.closed_at).is_(None))
        with self._database.write() as session:
            session.exec(update(LinkRow).where(*still_open).values(closed_at=at, close_reason=reason))


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()
