"""The mirror of each PMS account: written by the polling loop, read by openings, pages and the console.

Bodies are stored as the JSON of the domain object and parsed in one go, because a month of eight chairs
is read for every opening search.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter
from sqlalchemy import delete, select
from sqlmodel import Session, col

from connectors.base import ProcedureCode
from db.rows import Values, put
from db.session import Database
from db.tables.base import Row
from db.tables.mirror import (
    MirrorAppointmentRow,
    MirrorBlockRow,
    MirrorCodeRow,
    MirrorOperatoryRow,
    MirrorPatientRow,
    MirrorProviderRow,
    MirrorStateRow,
)
from domain.people import Operatory, Patient, Provider
from domain.slots import Appointment, ScheduleBlock, cell_of

Item = TypeVar("Item", bound=BaseModel)

_BLOCKS = TypeAdapter(list[ScheduleBlock])
_APPOINTMENTS = TypeAdapter(list[Appointment])
_PROVIDERS = TypeAdapter(list[Provider])
_OPERATORIES = TypeAdapter(list[Operatory])
_PATIENTS = TypeAdapter(list[Patient])
_CODES = TypeAdapter(list[ProcedureCode])

_LONGEST_BLOCK_CELLS = 7 * 24 * 12
"""No block or appointment lasts longer than a week; it bounds the range that an overlap search reads."""


class MirrorStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def replace_setup(
        self,
        account: str,
        providers: Sequence[Provider],
        operatories: Sequence[Operatory],
        codes: Sequence[ProcedureCode],
    ) -> None:
        """Providers, chairs and procedure codes as they are now; those not named are forgotten."""
        with self._database.write() as session:
            for row_type in (MirrorProviderRow, MirrorOperatoryRow, MirrorCodeRow):
                session.connection().execute(delete(row_type).where(col(row_type.account) == account))
            put(session, MirrorProviderRow, [_row(account, item) for item in providers])
            put(session, MirrorOperatoryRow, [_row(account, item) for item in operatories])
            put(
                session,
                MirrorCodeRow,
                [{"account": account, "code": code.code, "body": code.model_dump_json()} for code in codes],
            )

    def replace_blocks(self, account: str, first: datetime, last: datetime, blocks: Sequence[ScheduleBlock]) -> None:
        """The schedule that starts in [first, last) is exactly ``blocks``."""
        with self._database.write() as session:
            _forget(session, MirrorBlockRow, account, first, last)
            put(session, MirrorBlockRow, [_timed_row(account, block) for block in blocks])

    def replace_appointments(
        self, account: str, first: datetime, last: datetime, appointments: Sequence[Appointment]
    ) -> None:
        """The appointments that start in [first, last) are exactly these; rows that vanished in the PMS go."""
        with self._database.write() as session:
            _forget(session, MirrorAppointmentRow, account, first, last)
            put(session, MirrorAppointmentRow, [_appointment_row(account, one) for one in appointments])

    def put_appointments(self, account: str, appointments: Sequence[Appointment]) -> None:
        """Appointments as they are now, by id; others stay."""
        with self._database.write() as session:
            put(session, MirrorAppointmentRow, [_appointment_row(account, one) for one in appointments])

    def put_patients(self, account: str, patients: Sequence[Patient]) -> None:
        rows = [{**_row(account, patient), "mobile": patient.mobile or ""} for patient in patients]
        with self._database.write() as session:
            put(session, MirrorPatientRow, rows)

    def put_patient(self, account: str, patient: Patient) -> None:
        self.put_patients(account, [patient])

    def mark_fresh(self, account: str, feed: str, at: datetime) -> None:
        """The feed was read whole at this instant."""
        with self._database.write() as session:
            put(session, MirrorStateRow, [{"account": account, "feed": feed, "fresh_at": at}])

    def day_sheet(
        self, account: str, first: datetime, last: datetime
    ) -> tuple[Sequence[ScheduleBlock], Sequence[Appointment]]:
        """Blocks and appointments that touch [first, last), in order of their start."""
        with self._database.read() as session:
            blocks = _bodies_touching(session, MirrorBlockRow, account, first, last)
            appointments = _bodies_touching(session, MirrorAppointmentRow, account, first, last)
        return _parse(_BLOCKS, blocks), _parse(_APPOINTMENTS, appointments)

    def appointments_of(self, account: str, patient_id: str) -> Sequence[Appointment]:
        """The mirrored appointments of one patient, by start."""
        row = MirrorAppointmentRow
        found = select(col(row.body)).where(col(row.account) == account, col(row.patient_id) == patient_id)
        return self._read(_APPOINTMENTS, found.order_by(col(row.start_cell)))

    def appointment(self, account: str, appointment_id: str) -> Appointment | None:
        found = self._read(_APPOINTMENTS, _by_id(MirrorAppointmentRow, account, appointment_id))
        return found[0] if found else None

    def providers(self, account: str) -> Sequence[Provider]:
        return self._read(_PROVIDERS, _all_of(MirrorProviderRow, account))

    def operatories(self, account: str) -> Sequence[Operatory]:
        """Chairs in the office's own order."""
        chairs = self._read(_OPERATORIES, _all_of(MirrorOperatoryRow, account))
        return sorted(chairs, key=lambda chair: (chair.order, chair.id))

    def codes(self, account: str) -> Mapping[str, ProcedureCode]:
        """Procedure codes by the code itself ("D2740")."""
        return {code.code: code for code in self._read(_CODES, _all_of(MirrorCodeRow, account))}

    def patient(self, account: str, patient_id: str) -> Patient | None:
        found = self._read(_PATIENTS, _by_id(MirrorPatientRow, account, patient_id))
        return found[0] if found else None

    def patients_by_phone(self, phone: str, account: str = "") -> Sequence[Patient]:
        """Patients whose mobile this is (a family may share one); of every account when none is named."""
        row = MirrorPatientRow
        found = select(col(row.body)).where(col(row.mobile) == phone).order_by(col(row.account), col(row.id))
        return self._read(_PATIENTS, found.where(col(row.account) == account) if account else found)

    def who_has(self, phone: str) -> Sequence[tuple[str, Patient]]:
        """(Account, patient) of everybody whose mobile this is."""
        row = MirrorPatientRow
        found = select(col(row.account), col(row.body)).where(col(row.mobile) == phone)
        with self._database.read() as session:
            rows = session.connection().execute(found.order_by(col(row.account), col(row.id))).all()
        return [(account, Patient.model_validate_json(body)) for account, body in rows]

    def freshness(self, account: str) -> Mapping[str, datetime]:
        """Feed -> when it was last read whole."""
        with self._database.read() as session:
            rows = session.execute(
                select(col(MirrorStateRow.feed), col(MirrorStateRow.fresh_at)).where(
                    col(MirrorStateRow.account) == account
                )
            )
            return {row.feed: row.fresh_at for row in rows}

    def _read(self, adapter: TypeAdapter[list[Item]], statement: Any) -> list[Item]:
        with self._database.read() as session:
            bodies = session.connection().execute(statement).scalars().all()
        return _parse(adapter, bodies)


def _parse(adapter: TypeAdapter[list[Item]], bodies: Sequence[str]) -> list[Item]:
    return adapter.validate_json(f"[{','.join(bodies)}]")


def _row(account: str, item: Provider | Operatory | Patient | ScheduleBlock | Appointment) -> dict[str, Any]:
    return {"account": account, "id": item.id, "body": item.model_dump_json(exclude_defaults=True)}


def _timed_row(account: str, item: ScheduleBlock | Appointment) -> dict[str, Any]:
    return {**_row(account, item), "start_cell": cell_of(item.start), "stop_cell": _end_cell(item.stop)}


def _appointment_row(account: str, appointment: Appointment) -> Values:
    return {**_timed_row(account, appointment), "patient_id": appointment.patient_id}


def _end_cell(stop: datetime) -> int:
    """The first cell after ``stop``: a cell that is touched only in part belongs to the stretch."""
    cell = cell_of(stop)
    return cell if int(stop.timestamp()) % 300 == 0 else cell + 1


def _forget(
    session: Session,
    row_type: type[MirrorBlockRow] | type[MirrorAppointmentRow],
    account: str,
    first: datetime,
    last: datetime,
) -> None:
    starts = col(row_type.start_cell)
    inside = (col(row_type.account) == account, starts >= cell_of(first), starts < _end_cell(last))
    session.connection().execute(delete(row_type).where(*inside))


def _bodies_touching(
    session: Session,
    row_type: type[MirrorBlockRow] | type[MirrorAppointmentRow],
    account: str,
    first: datetime,
    last: datetime,
) -> Sequence[str]:
    starts, begin = col(row_type.start_cell), cell_of(first)
    touching = (
        col(row_type.account) == account,
        starts >= begin - _LONGEST_BLOCK_CELLS,
        starts < _end_cell(last),
        col(row_type.stop_cell) > begin,
    )
    statement = select(col(row_type.body)).where(*touching).order_by(starts, col(row_type.id))
    return session.connection().execute(statement).scalars().all()


def _all_of(row_type: type[Row], account: str) -> Any:
    columns = Row.metadata.tables[str(row_type.__tablename__)].c
    return select(columns.body).where(columns.account == account)


def _by_id(row_type: type[Row], account: str, item_id: str) -> Any:
    columns = Row.metadata.tables[str(row_type.__tablename__)].c
    return select(columns.body).where(columns.account == account, columns.id == item_id)
