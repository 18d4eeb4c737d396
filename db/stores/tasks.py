"""Tasks with an owner: our list is the record, the PMS mirrors it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import col, select

from db.rows import as_record, as_records, checked_changes, insert_new, values_of
from db.session import Database
from db.tables.tasks import TaskNoteRow, TaskRow
from domain.records import TaskRecord


class TaskStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, task: TaskRecord) -> TaskRecord:
        """Insert, or return the row of the same id."""
        with self._database.write() as session:
            insert_new(session, TaskRow, [values_of(task)])
            return as_record(TaskRecord, session.exec(select(TaskRow).where(TaskRow.id == task.id)).one())

    def get(self, task_id: str) -> TaskRecord | None:
        with self._database.read() as session:
            row = session.get(TaskRow, task_id)
            return as_record(TaskRecord, row) if row else None

    def open_of_case(self, case_id: str) -> Sequence[TaskRecord]:
        return self._open(col(TaskRow.case_id) == case_id)

    def open_of_location(self, location: str, owner: str = "") -> Sequence[TaskRecord]:
        """Open tasks of a location, of one owner when named; urgent ones first, then the oldest."""
        mine = [col(TaskRow.owner) == owner] if owner else []
        return self._open(col(TaskRow.location) == location, *mine)

    def due_to_climb(self, now: datetime) -> Sequence[TaskRecord]:
        """Open tasks nobody has done in their time."""
        return self._open(col(TaskRow.next_climb_at) <= now)

    def mirrored(self, location: str = "") -> Sequence[TaskRecord]:
        """Open tasks that stand in the PMS, whose state there is to be read back."""
        here = [col(TaskRow.location) == location] if location else []
        return self._open(col(TaskRow.pms_task_id) != "", *here)

    def unmirrored(self) -> Sequence[TaskRecord]:
        """Open tasks that the PMS does not have yet."""
        return self._open(col(TaskRow.pms_task_id) == "")

    def to_close_there(self) -> Sequence[TaskRecord]:
        """Closed here by a person, and still open in the PMS."""
        return self._list(col(TaskRow.close_there).is_(True))

    def of_case(self, case_id: str) -> Sequence[TaskRecord]:
        """Done ones too; urgent ones first, then the oldest."""
        return self._list(col(TaskRow.case_id) == case_id)

    def update(self, task_id: str, changes: Mapping[str, Any]) -> None:
        """Set these TaskRecord fields; KeyError when there is no such task."""
        values = checked_changes(TaskRecord, changes, ("id", "case_id", "location"))
        with self._database.write() as session:
            if session.exec(update(TaskRow).where(col(TaskRow.id) == task_id).values(**values)).rowcount == 0:
                raise KeyError(f"no task {task_id} in the database")

    def add_note(self, task_id: str, at: datetime, author: str, text: str) -> None:
        with self._database.write() as session:
            session.add(TaskNoteRow(task_id=task_id, at=at, author=author, text=text))

    def notes(self, task_id: str) -> Sequence[TaskNoteRow]:
        """Oldest first."""
        notes = select(TaskNoteRow).where(TaskNoteRow.task_id == task_id)
        with self._database.read() as session:
            return session.exec(notes.order_by(col(TaskNoteRow.at), col(TaskNoteRow.id))).all()

    def _open(self, *conditions: ColumnElement[bool]) -> list[TaskRecord]:
        return self._list(col(TaskRow.done_at).is_(None), *conditions)

    def _list(self, *conditions: ColumnElement[bool]) -> list[TaskRecord]:
        tasks = select(TaskRow).where(*conditions)
        ordered = tasks.order_by(col(TaskRow.urgent).desc(), col(TaskRow.opened_at), col(TaskRow.id))
        with self._database.read() as session:
            return as_records(TaskRecord, session.exec(ordered).all())
