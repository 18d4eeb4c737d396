"""The money of payment plans, one row a date: what is to be taken, what was, what went back."""

from collections.abc import Collection as Some
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, update
from sqlmodel import Session, col, select

from db.rows import as_record, as_records, checked_changes, table_of, values_of
from db.session import Database
from db.tables.plans import CollectionRow
from domain.money import Cents
from domain.plan_records import UNSETTLED, Collection, CollectionState, Moved, PlanRecord

_FIXED = ("id", "plan_id", "location", "day", "number")


class CollectionStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, collection_id: str) -> Collection | None:
        with self._database.read() as session:
            row = session.get(CollectionRow, collection_id)
            return as_record(Collection, row) if row else None

    def of_plan(self, plan_id: str) -> Sequence[Collection]:
        """Oldest first."""
        return self._list(col(CollectionRow.plan_id) == plan_id)

    def by_payment(self, payment_id: str) -> Collection | None:
        """The collection that this card payment paid; what refunds and disputes name."""
        found = self._list(col(CollectionRow.payment_id) == payment_id) if payment_id else []
        return found[0] if found else None

    def not_started(self, location: str, limit: int = 200) -> Sequence[Collection]:
        """Money to take whose workflow is not running yet, and money that a page took before there was one."""
        return self._list(
            col(CollectionRow.location) == location,
            col(CollectionRow.state).in_([CollectionState.WAITING.value, CollectionState.PAID.value]),
            col(CollectionRow.started).is_(False),
            limit=limit,
        )

    def being_collected(self, location: str, since: date) -> Sequence[Collection]:
        """Money whose workflow was started: of these days and later what is not settled, and of any day what is paid
        and not in the ledger."""
        unsettled = col(CollectionRow.state).in_([state.value for state in UNSETTLED])
        unposted = and_(col(CollectionRow.state) == CollectionState.PAID.value, col(CollectionRow.ledger_id) == "")
        here = [col(CollectionRow.location) == location, col(CollectionRow.started).is_(True)]
        return self._list(*here, or_(and_(unsettled, col(CollectionRow.day) >= since), unposted))

    def in_state(self, location: str, state: CollectionState, limit: int = 100) -> Sequence[Collection]:
        return self._list(col(CollectionRow.location) == location, col(CollectionRow.state) == state.value, limit=limit)

    def move(
        self,
        collection_id: str,
        before: Some[CollectionState],
        after: CollectionState,
        changes: Mapping[str, Any] | None = None,
        expected: Mapping[str, Any] | None = None,
    ) -> bool:
        """Into `after` with these fields, if it is in one of the states `before` and these fields are as expected;
        False when not."""
        with self._database.write() as session:
            return move(session, Moved(collection_id, frozenset(before), after, changes or {}, expected or {}))

    def open_page(self, plan_id: str, location: str, day: date, cents: Cents, code: str) -> Collection:
        """A new collection whose payer is on a page; its workflow is started once it is paid."""
        same_day = select(CollectionRow).where(CollectionRow.plan_id == plan_id, CollectionRow.day == day)
        with self._database.write() as session:
            rows = session.exec(same_day.order_by(col(CollectionRow.number)).with_for_update()).all()
            made = _made(plan_id, location, day, rows[-1].number + 1 if rows else 1, cents)
            opened = made.model_copy(update={"state": CollectionState.PAYING, "attempt": 1, "code": code})
            session.add(CollectionRow(**values_of(opened)))
        return opened

    def mark_started(self, ids: Sequence[str]) -> None:
        """Their workflows run."""
        these = update(CollectionRow).where(col(CollectionRow.id).in_(ids))
        with self._database.write() as session:
            session.exec(these.values(started=True))

    def set(self, collection_id: str, changes: Mapping[str, Any]) -> None:
        """Set these Collection fields, its state excepted."""
        values = checked_changes(Collection, changes, (*_FIXED, "state"))
        with self._database.write() as session:
            session.exec(update(CollectionRow).where(col(CollectionRow.id) == collection_id).values(**values))

    def _list(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Collection]:
        found = select(CollectionRow).where(*conditions)
        ordered = found.order_by(col(CollectionRow.day), col(CollectionRow.number), CollectionRow.id)
        with self._database.read() as session:
            return as_records(Collection, session.exec(ordered.limit(limit)).all())


def move(session: Session, moved: Moved) -> bool:
    """Whether the collection was in one of the states before; then it is in the one after."""
    values = checked_changes(Collection, moved.changes, (*_FIXED, "state"))
    states = [state.value for state in moved.before]
    this = [col(CollectionRow.id) == moved.collection_id, col(CollectionRow.state).in_(states)]
    this += [col(getattr(CollectionRow, name)) == value for name, value in moved.expected.items()]
    done = session.exec(update(CollectionRow).where(*this).values(state=moved.after.value, **values))
    return done.rowcount == 1


def owe(session: Session, plan_id: str, location: str, day: date, cents: Cents) -> None:
    """Money to take for a date: added to what waits for that date, or a new row behind what was taken for it."""
    same_day = select(CollectionRow).where(CollectionRow.plan_id == plan_id, CollectionRow.day == day)
    rows = session.exec(same_day.order_by(col(CollectionRow.number)).with_for_update()).all()
    if rows and rows[-1].state == CollectionState.WAITING and not rows[-1].started:
        rows[-1].amount_cents += cents
        session.add(rows[-1])
        return
    made = _made(plan_id, location, day, rows[-1].number + 1 if rows else 1, cents)
    session.add(CollectionRow(**values_of(made)))


def owe_all(session: Session, owed: Sequence[tuple[PlanRecord, date, Cents]]) -> None:
    """``owe`` for many plans at once; a plan's dates are named once each."""
    if not owed:
        return
    same_days = select(CollectionRow).where(
        col(CollectionRow.plan_id).in_({plan.id for plan, _, _ in owed}),
        col(CollectionRow.day).in_({day for _, day, _ in owed}),
    )
    rows = session.exec(same_days.order_by(col(CollectionRow.number)).with_for_update()).all()
    last = {(row.plan_id, row.day): row for row in rows}
    new = []
    for plan, day, cents in owed:
        row = last.get((plan.id, day))
        if row is not None and row.state == CollectionState.WAITING and not row.started:
            row.amount_cents += cents
            session.add(row)
        else:
            new.append(values_of(_made(plan.id, plan.location, day, row.number + 1 if row else 1, cents)))
    if new:
        session.connection().execute(insert(table_of(CollectionRow)), new)


def _made(plan_id: str, location: str, day: date, number: int, cents: Cents) -> Collection:
    made_id = collection_id(plan_id, day, number)
    return Collection(id=made_id, plan_id=plan_id, location=location, day=day, number=number, amount_cents=cents)


def collection_id(plan_id: str, day: date, number: int) -> str:
    """Opaque, short enough for a check number of the PMS."""
    return "pc_" + sha256(f"{plan_id}|{day.isoformat()}|{number}".encode()).hexdigest()[:20]
