"""The projection of every case, and its timeline."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, and_, col, exists, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from db.rows import as_record, as_records, checked_changes, insert_new, plain, values_of
from db.session import Database, serialize
from db.tables.cases import CaseEventRow, CaseRow
from db.tables.tasks import TaskRow
from domain.case import CaseState
from domain.prepaid import stands_for
from domain.records import NO_OPENINGS_TASK, WAITING_FOR_OPENINGS, WAITING_FOR_OTHER_PLAN, CaseEvent, CaseRecord

_LONGEST_CHANGE = timedelta(minutes=15)
"""A change of a visit that was not heard of for so long is over: its worker retries sooner than that."""
_FIXED = ("case_id", "location", "source", "account", "plan_id", "patient_id", "acceptance", "visit_number", "follows")


def is_open() -> ColumnElement[bool]:
    """The condition of a case that has not ended; baseline cases are counted, never worked."""
    return and_(col(CaseRow.ended_at).is_(None), col(CaseRow.baseline).is_(False))


class CaseStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, case: CaseRecord, *, baseline: bool = False) -> bool:
        """Insert the case; False when its id is there already, which then stays as it is.

        ``baseline``: the plan was accepted before we came; the row keeps it from ever being detected as new.
        """
        with self._database.write() as session:
            return insert_new(session, CaseRow, [values_of(case, baseline=baseline)]) == 1

    def get(self, case_id: str) -> CaseRecord:
        """The case row; KeyError when there is none."""
        found = self.find(case_id)
        if found is None:
            raise KeyError(f"no case {case_id} in the database")
        return found

    def find(self, case_id: str) -> CaseRecord | None:
        with self._database.read() as session:
            row = session.get(CaseRow, case_id)
            return as_record(CaseRecord, row) if row else None

    def update(self, case_id: str, changes: Mapping[str, Any]) -> None:
        """Set these CaseRecord fields (python values); KeyError without such a case, ValueError for a bad field."""
        values = checked_changes(CaseRecord, changes, _FIXED)
        with self._database.write() as session:
            done = session.exec(update(CaseRow).where(col(CaseRow.case_id) == case_id).values(**values))
            if done.rowcount == 0:
                raise KeyError(f"no case {case_id} in the database")

    def begin_change(self, case_id: str, change: str, now: datetime) -> bool:
        """Let this change of the booked visit be the only one; False while another one is at it."""
        free = or_(
            col(CaseRow.changing).in_(("", change)),
            col(CaseRow.changing_since) < now - _LONGEST_CHANGE,
        )
        mine = (col(CaseRow.case_id) == case_id, free)
        with self._database.write() as session:
            values = plain({"changing": change, "changing_since": now})
            return session.exec(update(CaseRow).where(*mine).values(**values)).rowcount == 1

    def end_change(self, case_id: str, change: str) -> None:
        mine = (col(CaseRow.case_id) == case_id, col(CaseRow.changing) == change)
        with self._database.write() as session:
            session.exec(update(CaseRow).where(*mine).values(changing="", changing_since=None))

    def note(self, case_id: str, kind: str, text: str, at: datetime, actor: str = "chairtime") -> None:
        """Append a timeline line; the same (case, kind, text, at) twice is one line."""
        same = "\x1f".join((case_id, kind, text, at.astimezone(UTC).isoformat()))
        line = CaseEvent(case_id=case_id, at=at, kind=kind, text=text, actor=actor)
        with self._database.write() as session:
            insert_new(session, CaseEventRow, [values_of(line, digest=sha256(same.encode()).hexdigest())])

    def events(self, case_id: str) -> Sequence[CaseEvent]:
        """The timeline, oldest first."""
        lines = select(CaseEventRow).where(CaseEventRow.case_id == case_id)
        with self._database.read() as session:
            rows = session.exec(lines.order_by(col(CaseEventRow.at), col(CaseEventRow.id))).all()
            return as_records(CaseEvent, rows)

    def open_for_phone(self, phone: str) -> Sequence[CaseRecord]:
        """Cases that have not ended and text this phone, newest acceptance last."""
        return self._open(col(CaseRow.phone) == phone)

    def open_for_patient(self, location: str, patient_id: str) -> Sequence[CaseRecord]:
        return self._open(col(CaseRow.location) == location, col(CaseRow.patient_id) == patient_id)

    def open_of_account_patient(self, account: str, patient_id: str) -> Sequence[CaseRecord]:
        """As ``open_for_patient``, by PMS account: what a change in the PMS is about."""
        return self._open(col(CaseRow.account) == account, col(CaseRow.patient_id) == patient_id)

    def open_for_plan(self, account: str, plan_id: str) -> Sequence[CaseRecord]:
        return self._open(col(CaseRow.account) == account, col(CaseRow.plan_id) == plan_id)

    def count_prepaid(
        self, case_id: str, accounts: Collection[str], held_cents: int, wanted_cents: int, now: datetime
    ) -> int:
        """Keep on the row what the case counts of the patient's ``held_cents``, in place of what it counted before.

        At most ``wanted_cents``, and only what their other cases at these accounts leave; one at a time per patient.
        """

        def work(session: Session) -> int:
            row = session.get_one(CaseRow, case_id)
            serialize(session, f"prepaid:{min(accounts)}:{row.patient_id}")
            others = session.exec(_counting(accounts, row.patient_id).where(CaseRow.case_id != case_id)).all()
            claims = (each for each in as_records(CaseRecord, others) if stands_for(each, now))
            left = held_cents - sum(each.prepaid_cents for each in claims)
            row.prepaid_cents = max(0, min(wanted_cents, left))
            session.add(row)
            return row.prepaid_cents

        return self._database.run(work)

    def counting_prepaid(self, accounts: Collection[str], patient_id: str) -> Sequence[CaseRecord]:
        """The patient's cases that count a prepayment, ended ones too."""
        with self._database.read() as session:
            return as_records(CaseRecord, session.exec(_counting(accounts, patient_id)).all())

    def of_plan(self, account: str, plan_id: str, acceptance: str) -> Sequence[CaseRecord]:
        """Every case of one acceptance of a plan, ended ones too, by visit; a reopened one comes after the first."""
        same = (CaseRow.account == account, CaseRow.plan_id == plan_id, CaseRow.acceptance == acceptance)
        cases = select(CaseRow).where(*same, col(CaseRow.baseline).is_(False))
        with self._database.read() as session:
            by_visit = cases.order_by(col(CaseRow.visit_number), col(CaseRow.detected_at))
            return as_records(CaseRecord, session.exec(by_visit).all())

    def booked_ahead(self, account: str, office: str, now: datetime) -> Sequence[CaseRecord]:
        """Cases of ours whose booked visit lies ahead at this office, those of sister offices' patients among them.

        A cancelled one has no appointment.
        """
        ahead = (
            or_(
                and_(col(CaseRow.account) == account, col(CaseRow.booked_location).in_(("", office))),
                col(CaseRow.booked_location) == office,
            ),
            col(CaseRow.state) == CaseState.BOOKED.value,
            col(CaseRow.booked_start) > now,
            col(CaseRow.appointment_id) != "",
        )
        return self._listed(*ahead, limit=5000)

    def displaced_since(self, office: str, since: datetime) -> Sequence[CaseRecord]:
        """Cases whose visit at this office, at ``since`` or later, was with a provider who turned out to be away; by
        that time."""
        hit = select(CaseRow).where(CaseRow.displaced_location == office, col(CaseRow.displaced_start) >= since)
        with self._database.read() as session:
            rows = session.exec(hit.order_by(col(CaseRow.displaced_start), CaseRow.case_id)).all()
            return as_records(CaseRecord, rows)

    def open_waiting(self, account: str) -> Sequence[CaseRecord]:
        """Open cases that found no opening when they looked last, those among them for which a person looks."""
        asked = exists().where(
            col(TaskRow.case_id) == col(CaseRow.case_id),
            col(TaskRow.kind) == NO_OPENINGS_TASK,
            col(TaskRow.done_at).is_(None),
        )
        return self._open(col(CaseRow.account) == account, or_(col(CaseRow.next_what) == WAITING_FOR_OPENINGS, asked))

    def in_line(self) -> Sequence[CaseRecord]:
        """Open cases that wait for another plan of their patient."""
        return self._open(col(CaseRow.next_what) == WAITING_FOR_OTHER_PLAN)

    def of_phone(self, phone: str, limit: int = 20) -> Sequence[CaseRecord]:
        """Cases of this phone, ended ones too, newest acceptance first."""
        return self._listed(col(CaseRow.phone) == phone, limit=limit)

    def of_appointment(self, account: str, appointment_id: str) -> CaseRecord | None:
        """The case that booked this appointment."""
        mine = (col(CaseRow.account) == account, col(CaseRow.appointment_id) == appointment_id)
        found = self._listed(*mine, limit=1)
        return found[0] if found else None

    def not_started(self, limit: int = 100) -> Sequence[CaseRecord]:
        """Open cases whose workflow was never started, oldest acceptance first."""
        return self._open(col(CaseRow.workflow_started).is_(False))[:limit]

    def knows_plan(self, account: str, plan_id: str, acceptance: str) -> bool:
        """Whether this acceptance was seen before, as a case or as baseline."""
        seen = select(CaseRow.case_id).where(
            CaseRow.account == account, CaseRow.plan_id == plan_id, CaseRow.acceptance == acceptance
        )
        with self._database.read() as session:
            return session.exec(seen.limit(1)).first() is not None

    def _open(self, *conditions: ColumnElement[bool]) -> Sequence[CaseRecord]:
        cases = select(CaseRow).where(is_open(), *conditions)
        with self._database.read() as session:
            rows = session.exec(cases.order_by(col(CaseRow.accepted_at), col(CaseRow.case_id))).all()
            return as_records(CaseRecord, rows)

    def _listed(self, *conditions: ColumnElement[bool], limit: int) -> Sequence[CaseRecord]:
        cases = select(CaseRow).where(*conditions, col(CaseRow.baseline).is_(False))
        newest_first = cases.order_by(col(CaseRow.accepted_at).desc(), col(CaseRow.case_id)).limit(limit)
        with self._database.read() as session:
            return as_records(CaseRecord, session.exec(newest_first).all())


def _counting(accounts: Collection[str], patient_id: str) -> SelectOfScalar[CaseRow]:
    patient = (col(CaseRow.account).in_(accounts), col(CaseRow.patient_id) == patient_id)
    return select(CaseRow).where(*patient, col(CaseRow.prepaid_cents) > 0)
