"""What the staff pages ask across all cases: search, the rows behind a number, what waits and what failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Mapped
from sqlmodel import col, or_, select

from db.rows import as_records
from db.session import Database
from db.stores.board import Order
from db.stores.cases import is_open
from db.tables.cases import CaseRow
from db.tables.inbox import InboxRow
from db.tables.money import LedgerWriteRow
from db.tables.tasks import TaskRow
from db.tables.texts import InboundTextRow, TextRow
from domain.case import CaseState
from domain.records import CaseRecord, TaskRecord, TextRecord, TextState

_FAILED = (TextState.FAILED, TextState.UNDELIVERED, TextState.PERSON, TextState.LAPSED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue: how many rows wait and since when the oldest does (None when nothing waits)."""

    name: str
    rows: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which open cases: "" means any. ``name`` is part of a first or last name, ``path`` how the case is handled."""

    location: str = ""
    state: str = ""
    owner: str = ""
    name: str = ""
    path: str = ""


class WorkList:
    def __init__(self, database: Database) -> None:
        self._database = database

    def open_cases(
        self, wanted: Wanted, order: Order = "value", limit: int = 100, offset: int = 0
    ) -> Sequence[CaseRecord]:
        """Open cases; by value (the sooner deadline first among equals), next deadline, offer due or age."""
        cases = select(CaseRow).where(*_conditions(wanted)).order_by(*_order(order))
        with self._database.read() as session:
            return as_records(CaseRecord, session.exec(cases.limit(limit).offset(offset)).all())

    def count(self, wanted: Wanted) -> int:
        with self._database.read() as session:
            return session.exec(select(func.count()).select_from(CaseRow).where(*_conditions(wanted))).one()

    def owners(self) -> Sequence[str]:
        """Who has an open case."""
        named = select(CaseRow.owner).where(is_open(), CaseRow.owner != "").distinct().order_by(CaseRow.owner)
        with self._database.read() as session:
            return session.exec(named).all()

    def open_counts(self) -> Mapping[str, int]:
        """Location -> open cases."""
        counted = select(CaseRow.location, func.count()).where(is_open()).group_by(CaseRow.location)
        with self._database.read() as session:
            return dict(session.exec(counted).all())

    def late_first_offers(self, now: datetime) -> Mapping[str, int]:
        """Location -> open cases whose first offer was due and is not made."""
        late = (col(CaseRow.first_offered_at).is_(None), col(CaseRow.first_offer_due_at) < now)
        counted = select(CaseRow.location, func.count()).where(is_open(), *late).group_by(CaseRow.location)
        with self._database.read() as session:
            return dict(session.exec(counted).all())

    def task_counts(self) -> Mapping[str, int]:
        """Location -> open tasks."""
        counted = select(TaskRow.location, func.count()).where(col(TaskRow.done_at).is_(None))
        with self._database.read() as session:
            return dict(session.exec(counted.group_by(TaskRow.location)).all())

    def open_tasks(self, location: str = "", owner: str = "") -> Sequence[TaskRecord]:
        """Open tasks of every location, urgent ones first, then by the next rung."""
        here = [col(TaskRow.location) == location] if location else []
        mine = [col(TaskRow.owner) == owner] if owner else []
        tasks = select(TaskRow).where(col(TaskRow.done_at).is_(None), *here, *mine)
        ordered = tasks.order_by(col(TaskRow.urgent).desc(), col(TaskRow.next_climb_at).asc().nulls_last(), TaskRow.id)
        with self._database.read() as session:
            return as_records(TaskRecord, session.exec(ordered).all())

    def named(self, case_ids: Sequence[str]) -> Mapping[str, CaseRecord]:
        """The cases of these ids that there are."""
        return {case.case_id: case for case in self._cases(col(CaseRow.case_id).in_(case_ids))} if case_ids else {}

    def accepted(
        self, since: datetime, until: datetime, location: str = "", provider: str | None = None
    ) -> Sequence[CaseRecord]:
        """The cases behind the numbers: accepted in [since, until), newest first; ``provider`` None means any."""
        here = [col(CaseRow.location) == location] if location else []
        theirs = [] if provider is None else [col(CaseRow.provider_id) == provider]
        return self._cases(*_within(since, until), *here, *theirs)

    def unscheduled_cents(self, since: datetime, until: datetime) -> Mapping[tuple[str, str], int]:
        """(Location, provider) -> fees of cases accepted in [since, until) that have no appointment."""
        without = (col(CaseRow.booked_at).is_(None), col(CaseRow.state) != CaseState.BOOKED_ELSEWHERE.value)
        summed = select(CaseRow.location, CaseRow.provider_id, func.sum(CaseRow.value_cents)).where(
            col(CaseRow.baseline).is_(False), *_within(since, until), *without
        )
        with self._database.read() as session:
            rows = session.exec(summed.group_by(CaseRow.location, CaseRow.provider_id)).all()
            return {(location, provider): int(cents) for location, provider, cents in rows}

    def routed(self, location: str = "", limit: int = 1000) -> Sequence[CaseRecord]:
        """Cases that were classified, newest first: what changed rules are tried on."""
        here = [col(CaseRow.location) == location] if location else []
        return self._cases(col(CaseRow.tier) != "", *here, limit=limit)

    def failed_texts(self, since: datetime, limit: int = 50) -> Sequence[TextRecord]:
        """Texts that did not reach anybody, newest first."""
        states = [state.value for state in _FAILED]
        failed = select(TextRow).where(col(TextRow.state).in_(states), col(TextRow.created_at) >= since)
        with self._database.read() as session:
            rows = session.exec(failed.order_by(col(TextRow.created_at).desc()).limit(limit)).all()
            return as_records(TextRecord, rows)

    def queues(self) -> Sequence[Waiting]:
        """What waits to be done by the loops."""
        unsure = (TextState.SENDING.value, TextState.UNKNOWN.value)
        queues: list[tuple[str, Mapped[datetime], ColumnElement[bool]]] = [
            ("texts to send", col(TextRow.created_at), col(TextRow.state) == TextState.QUEUED.value),
            ("texts without a clear answer", col(TextRow.created_at), col(TextRow.state).in_(unsure)),
            ("texts from patients", col(InboundTextRow.received_at), col(InboundTextRow.handled_at).is_(None)),
            ("webhooks", col(InboxRow.received_at), col(InboxRow.handled_at).is_(None)),
            ("payments and notes for the PMS", col(LedgerWriteRow.created_at), col(LedgerWriteRow.done_at).is_(None)),
            ("tasks not yet in the PMS", col(TaskRow.opened_at), _unmirrored()),
        ]
        return [self._waiting(name, since, which) for name, since, which in queues]

    def _waiting(self, name: str, since: Mapped[datetime], which: ColumnElement[bool]) -> Waiting:
        with self._database.read() as session:
            rows, oldest = session.exec(select(func.count(), func.min(since)).where(which)).one()
        return Waiting(name, rows, oldest)

    def _cases(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[CaseRecord]:
        cases = select(CaseRow).where(col(CaseRow.baseline).is_(False), *conditions)
        newest_first = cases.order_by(col(CaseRow.accepted_at).desc(), col(CaseRow.case_id)).limit(limit)
        with self._database.read() as session:
            return as_records(CaseRecord, session.exec(newest_first).all())


def _within(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(CaseRow.accepted_at) >= since, col(CaseRow.accepted_at) < until


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    same = [
        col(getattr(CaseRow, name)) == value
        for name, value in (("location", wanted.location), ("owner", wanted.owner), ("path", wanted.path))
        if value
    ]
    if wanted.state in set(CaseState):
        same.append(col(CaseRow.state) == wanted.state)
    return [is_open(), *same, *(_named_like(word) for word in wanted.name.split())]


def _named_like(word: str) -> ColumnElement[bool]:
    part = word.lower()
    first, last = func.lower(CaseRow.first_name), func.lower(CaseRow.last_name)
    return or_(first.contains(part, autoescape=True), last.contains(part, autoescape=True))


def _order(order: Order) -> list[ColumnElement[Any]]:
    deadline = col(CaseRow.next_at).asc().nulls_last()
    worth = col(CaseRow.value_cents).desc()
    orders: Mapping[Order, list[ColumnElement[Any]]] = {
        "value": [worth, deadline],
        "deadline": [deadline, worth],
        "first_offer": [col(CaseRow.first_offer_due_at).asc().nulls_last()],
        "newest": [col(CaseRow.accepted_at).desc()],
    }
    return [*orders[order], col(CaseRow.case_id).asc()]


def _unmirrored() -> ColumnElement[bool]:
    return col(TaskRow.done_at).is_(None) & (col(TaskRow.pms_task_id) == "")
