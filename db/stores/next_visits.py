"""Plans that go on after a visit: which ended case is to be followed when, and the case of the next visit."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, exists, or_, select

from db.rows import as_records, insert_new, values_of
from db.session import Database
from db.tables.cases import CaseRow
from domain.next_visit import GOES_ON_AFTER
from domain.records import CaseRecord


class NextVisitStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, account: str, now: datetime, limit: int = 20) -> Sequence[CaseRecord]:
        """The newest ended case of each plan that is to be looked at now, or was never given a time.

        A plan whose patient has an open case waits.
        """
        due = or_(col(CaseRow.follow_at).is_(None), col(CaseRow.follow_at) <= now)
        wanted = select(CaseRow).where(_goes_on(account), due, ~_newer(), ~_has_open_case())
        with self._database.read() as session:
            rows = session.exec(wanted.order_by(col(CaseRow.follow_at).nulls_first(), CaseRow.case_id).limit(limit))
            return as_records(CaseRecord, rows)

    def look_at(self, case_id: str, at: datetime) -> None:
        """The plan of this case is looked at ``at``, not before."""
        self._set(col(CaseRow.case_id) == case_id, follow_at=at)

    def look_now(
        self, account: str, patient_ids: Collection[str], now: datetime, ended_before: datetime | None = None
    ) -> None:
        """Something of these patients' visits changed in the PMS: their plans are looked at as soon as can be."""
        later = or_(col(CaseRow.follow_at).is_(None), col(CaseRow.follow_at) > now)
        ended = col(CaseRow.ended_at) < (ended_before or now)
        self._set(and_(_goes_on(account), later, ended, col(CaseRow.patient_id).in_(patient_ids)), follow_at=now)

    def settle(self, case_id: str, why: str) -> None:
        """The plan does not go on after this case."""
        self._set(col(CaseRow.case_id) == case_id, followed=why, follow_at=None)

    def open(self, case: CaseRecord, why: str) -> bool:
        """Insert the case of the next visit; False when its id, or a case after the same one, is there already."""
        with self._database.write() as session:
            created = insert_new(session, CaseRow, [values_of(case, baseline=False)]) == 1
            if created:
                before = col(CaseRow.case_id) == case.follows
                session.exec(update(CaseRow).where(before).values(followed=why, follow_at=None))
            return created

    def _set(self, which: ColumnElement[bool], **values: object) -> None:
        with self._database.write() as session:
            session.exec(update(CaseRow).where(which).values(**values))


def _goes_on(account: str) -> ColumnElement[bool]:
    return and_(
        col(CaseRow.account) == account,
        col(CaseRow.followed) == "",
        col(CaseRow.ended_at).is_not(None),
        col(CaseRow.baseline).is_(False),
        col(CaseRow.state).in_([state.value for state in GOES_ON_AFTER]),
    )


def _newer() -> ColumnElement[bool]:
    """Another case of the same acceptance came after it: the next visit, or the same one again."""
    other = aliased(CaseRow)
    return exists().where(
        *_same(other, "account", "plan_id", "acceptance"), col(other.detected_at) > col(CaseRow.detected_at)
    )


def _has_open_case() -> ColumnElement[bool]:
    other = aliased(CaseRow)
    return exists().where(
        *_same(other, "account", "patient_id"), col(other.ended_at).is_(None), col(other.baseline).is_(False)
    )


def _same(other: type[CaseRow], *names: str) -> list[ColumnElement[bool]]:
    return [col(getattr(other, name)) == col(getattr(CaseRow, name)) for name in names]
