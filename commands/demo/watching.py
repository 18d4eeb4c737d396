"""What the driver sees of our own database: what is due next, and what is still being worked on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, exists, func, or_, select

from db.session import Database
from db.stores.cases import is_open
from db.tables.cases import CaseRow
from db.tables.inbox import InboxRow
from db.tables.tasks import TaskRow
from db.tables.texts import TextRow
from domain.case import CaseState
from domain.records import TextState
from domain.treatment_plan import CELL_MINUTES

_UNDER_WAY = (TextState.QUEUED.value, TextState.SENDING.value)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as the report counts it. ``visit_ends``: when the visit that it booked is over."""

    case_id: str
    account: str
    plan: int
    visit: int
    state: str
    ended: bool
    appointment_id: str
    phone: str
    with_person: bool
    paused_until: datetime | None
    visit_ends: datetime | None


def next_deadline(database: Database, after: datetime) -> datetime | None:
    """The next instant after ``after`` at which an open case wants to do something, or a text may be tried again."""
    soonest = select(func.min(CaseRow.next_at)).where(is_open(), col(CaseRow.next_at) > after)
    again = select(func.min(TextRow.not_before)).where(_is_going(), col(TextRow.not_before) > after)
    with database.read() as session:
        found = [session.exec(soonest).one(), session.exec(again).one()]
    return min((at for at in found if at is not None), default=None)


def under_way(database: Database, due: datetime) -> list[str]:
    """What ought to be finished before time goes on, in words; empty when all is calm."""
    overdue = select(CaseRow.case_id, CaseRow.next_what).where(is_open(), col(CaseRow.next_at) <= due)
    inbox = select(InboxRow.source, InboxRow.error).where(col(InboxRow.handled_at).is_(None))
    may_go = or_(col(TextRow.not_before).is_(None), col(TextRow.not_before) <= due)
    texts = select(TextRow.id, TextRow.case_id).where(_is_going(), may_go)
    with database.read() as session:
        found = [f"{case} is overdue ({what})" for case, what in session.exec(overdue.limit(5))]
        found += [f"a webhook of {source} waits: {error}" for source, error in session.exec(inbox.limit(5))]
        found += [f"text {text} of {case} is being sent" for text, case in session.exec(texts.limit(5))]
    return found


def _is_going() -> ColumnElement[bool]:
    return col(TextRow.state).in_(_UNDER_WAY)


def cases(database: Database) -> Sequence[CaseLine]:
    """Every case but the baseline's, oldest acceptance first."""
    task = exists().where(col(TaskRow.case_id) == col(CaseRow.case_id), col(TaskRow.done_at).is_(None))
    chosen = select(CaseRow, task).where(col(CaseRow.baseline).is_(False)).order_by(col(CaseRow.accepted_at))
    with database.read() as session:
        return [_line(row, with_person=bool(has_task)) for row, has_task in session.exec(chosen)]


def _line(row: CaseRow, *, with_person: bool) -> CaseLine:
    paused = row.next_at if row.state == CaseState.PAUSED else None
    return CaseLine(
        case_id=row.case_id,
        account=row.account,
        plan=int(row.plan_id),
        visit=row.visit_number,
        state=str(row.state),
        ended=row.ended_at is not None,
        appointment_id=row.appointment_id,
        phone=row.phone,
        with_person=with_person,
        paused_until=paused,
        visit_ends=row.booked_start + timedelta(minutes=CELL_MINUTES * len(row.pattern)) if row.booked_start else None,
    )
