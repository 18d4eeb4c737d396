"""Tasks with an owner, and what was said about them."""

from datetime import datetime

from sqlalchemy import Index, false
from sqlmodel import Field

from db.tables.base import Row


class TaskRow(Row, table=True):
    """Our own task list is the record (domain.records.TaskRecord); the PMS task mirrors it."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(None, "case_id", "done_at"),
        Index(None, "done_at", "next_climb_at"),
        Index(None, "location", "owner", "done_at"),
        Index(None, "pms_task_id"),
    )

    id: str = Field(primary_key=True)
    case_id: str
    location: str
    kind: str
    owner: str
    level: int
    text: str
    urgent: bool
    opened_at: datetime
    next_climb_at: datetime | None = None
    pms_task_id: str
    pms_list_id: str
    done_at: datetime | None = None
    outcome: str
    outcome_note: str
    done_by: str
    close_there: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class TaskNoteRow(Row, table=True):
    __tablename__ = "task_notes"
    __table_args__ = (Index(None, "task_id"),)

    id: int | None = Field(default=None, primary_key=True)
    task_id: str = Field(foreign_key="tasks.id", ondelete="CASCADE")
    at: datetime
    author: str
    text: str
