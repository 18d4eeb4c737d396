"""A day's posting in bulk: a page of plans is read at once, and what became of it is saved in one transaction."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date

from pydantic import ValidationError
from sqlalchemy import ColumnElement, bindparam, insert, tuple_, update
from sqlalchemy import Row as Found
from sqlmodel import Session, col, select

from db.rows import plain, table_of
from db.session import Database
from db.stores.plan_collections import owe_all
from db.tables.plans import PlanEventRow, PlanRow
from domain.plan_life import Step
from domain.plan_records import IN_FORCE, DuePage, NearPage, Place, PlanEvent, PlanRecord

_PLANS, _EVENTS = table_of(PlanRow), table_of(PlanEventRow)
_IN_FORCE = [state.value for state in IN_FORCE]


class PlanPostingStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def due_page(self, location: str, day: date, limit: int) -> DuePage:
        """Plans in force that the run of this day must look at; a row that cannot be read is named, not raised."""
        wanted = select(*_PLANS.c).where(
            _PLANS.c.location == location, _PLANS.c.state.in_(_IN_FORCE), _PLANS.c.next_due <= day
        )
        with self._database.read() as session:
            rows = session.connection().execute(wanted.order_by(_PLANS.c.next_due).limit(limit)).all()
        records: list[PlanRecord] = []
        unreadable: list[tuple[str, str]] = []
        for row in rows:
            try:
                records.append(_record(row))
            except (ValidationError, TypeError, ValueError) as broken:
                unreadable.append((row.id, f"its row cannot be read: {str(broken)[:200]}"))
        return DuePage(tuple(records), tuple(unreadable), full=len(rows) == limit)

    def save_posted(self, steps: Sequence[Step]) -> frozenset[str]:
        """Keep the plans' charges, audit and money to collect, all in one transaction.

        Returns the ids of plans that somebody else saved since they were read: nothing of those is kept.
        """
        with self._database.write() as session:
            fresh = _unchanged(session, steps)
            kept = [step for step in steps if step.record.id in fresh]
            if kept:
                _update(session, kept)
                _log(session, [(step.record.id, event) for step in kept for event in step.events])
                owe_all(session, [(step.record, day, cents) for step in kept for day, cents in step.owed])
        return frozenset(step.record.id for step in steps) - fresh

    def put_aside(self, plan_id: str, until: date, event: PlanEvent) -> None:
        """The run looks at this plan again on that day; whatever its row holds is left as it is."""
        this = update(_PLANS).where(_PLANS.c.id == plan_id)
        with self._database.write() as session:
            session.connection().execute(this.values(next_due=until, revision=_PLANS.c.revision + 1))
            _log(session, [(plan_id, event)])

    def near_page(self, location: str, first: date, last: date, after: Place | None, limit: int) -> NearPage:
        """Plans in force charged next within these days, both included, from the place `after` on."""
        return self._near(location, (first, last), after, limit)

    def cards_ending(self, location: str, first: date, last: date, after: Place | None, limit: int) -> NearPage:
        """Those of ``near_page`` whose card's month ends by the last day."""
        card = col(PlanRow.card)
        months = card["exp_year"].as_integer() * 12 + card["exp_month"].as_integer()
        return self._near(location, (first, last), after, limit, months > 0, months <= last.year * 12 + last.month)

    def _near(
        self, location: str, days: tuple[date, date], after: Place | None, limit: int, *more: ColumnElement[bool]
    ) -> NearPage:
        """A row that cannot be read is left out; the day's run names it."""
        place = (_PLANS.c.next_due, _PLANS.c.id)
        found = select(*_PLANS.c).where(
            _PLANS.c.location == location, _PLANS.c.state.in_(_IN_FORCE), _PLANS.c.next_due.between(*days), *more
        )
        if after is not None:
            found = found.where(tuple_(*place) > tuple_(*after))
        with self._database.read() as session:
            rows = session.connection().execute(found.order_by(*place).limit(limit)).all()
        records: list[PlanRecord] = []
        for row in rows:
            with suppress(ValidationError, TypeError, ValueError):
                records.append(_record(row))
        return NearPage(tuple(records), (rows[-1].next_due, rows[-1].id) if len(rows) == limit else None)

    def any_in_force(self, location: str) -> bool:
        """Whether the location has a plan to run at all."""
        one = select(PlanRow.id).where(PlanRow.location == location, col(PlanRow.state).in_(_IN_FORCE)).limit(1)
        with self._database.read() as session:
            return session.exec(one).first() is not None


def _record(row: Found[tuple[object, ...]]) -> PlanRecord:
    return PlanRecord.model_validate(row._asdict())


def _unchanged(session: Session, steps: Sequence[Step]) -> frozenset[str]:
    """Ids of the plans that are as they were read; their rows stay locked until the transaction ends."""
    ids = [step.record.id for step in steps]
    found = select(_PLANS.c.id, _PLANS.c.revision).where(_PLANS.c.id.in_(ids)).order_by(_PLANS.c.id).with_for_update()
    revisions = {row.id: row.revision for row in session.connection().execute(found)}
    return frozenset(step.record.id for step in steps if revisions.get(step.record.id) == step.record.revision)


def _update(session: Session, steps: Iterable[Step]) -> None:
    this = update(_PLANS).where(_PLANS.c.id == bindparam("plan_id"))
    values = {"plan": bindparam("new_plan"), "next_due": bindparam("new_due"), "revision": _PLANS.c.revision + 1}
    changes = [
        {"plan_id": step.record.id, "new_plan": step.record.plan, "new_due": step.record.next_due} for step in steps
    ]
    session.connection().execute(this.values(**values), changes)


def _log(session: Session, events: Sequence[tuple[str, PlanEvent]]) -> None:
    rows = [{"plan_id": plan_id, **plain(dict(event))} for plan_id, event in events]
    if rows:
        session.connection().execute(insert(_EVENTS), rows)
