"""The lists of the console and the watch: what is open, what is late, what nobody minds."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, UnaryExpression, func
from sqlmodel import col, exists, or_, select

from db.rows import as_records
from db.session import Database
from db.stores.cases import is_open
from db.tables.cases import CaseRow
from db.tables.tasks import TaskRow
from domain.case import CaseState
from domain.records import CaseRecord

Order = Literal["value", "deadline", "first_offer", "newest"]

_ORDERS: Mapping[Order, UnaryExpression[Any]] = {
    "value": col(CaseRow.value_cents).desc(),
    "deadline": col(CaseRow.next_at).asc().nulls_last(),
    "first_offer": col(CaseRow.first_offer_due_at).asc().nulls_last(),
    "newest": col(CaseRow.accepted_at).desc(),
}


class CaseBoard:
    def __init__(self, database: Database) -> None:
        self._database = database

    def open_cases(
        self,
        location: str = "",
        *,
        state: CaseState | None = None,
        tier: str = "",
        owner: str = "",
        order: Order = "value",
        limit: int = 200,
        offset: int = 0,
    ) -> Sequence[CaseRecord]:
        """Open cases, of one location, state, tier or owner when named: by value, next deadline, offer due or age."""
        conditions = [is_open(), *_same(location=location, tier=tier, owner=owner, state=state.value if state else "")]
        return self._list(conditions, order, limit, offset)

    def ended_cases(self, location: str = "", *, limit: int = 200, offset: int = 0) -> Sequence[CaseRecord]:
        """Cases that have ended, newest acceptance first."""
        conditions = [col(CaseRow.ended_at).is_not(None), col(CaseRow.baseline).is_(False), *_same(location=location)]
        return self._list(conditions, "newest", limit, offset)

    def waiting_for_first_offer(self, location: str = "", limit: int = 200) -> Sequence[CaseRecord]:
        """Open cases whose first offer has a deadline and was not made, the most urgent first."""
        unmet = [col(CaseRow.first_offer_due_at).is_not(None), col(CaseRow.first_offered_at).is_(None)]
        return self._list([is_open(), *unmet, *_same(location=location)], "first_offer", limit)

    def overdue(self, now: datetime, grace: timedelta) -> Sequence[CaseRecord]:
        """Open cases whose deadline passed more than ``grace`` ago."""
        return self._list([is_open(), col(CaseRow.next_at) < now - grace], "deadline")

    def void(self, now: datetime, grace: timedelta) -> Sequence[CaseRecord]:
        """Open cases with neither a future deadline nor an open task: there should be none."""
        no_deadline = or_(col(CaseRow.next_at).is_(None), col(CaseRow.next_at) < now - grace)
        task = exists().where(col(TaskRow.case_id) == col(CaseRow.case_id), col(TaskRow.done_at).is_(None))
        return self._list([is_open(), no_deadline, ~task], "deadline")

    def counts(self, location: str = "") -> Mapping[CaseState, int]:
        """State -> how many cases are in it, ended ones too; states without a case are left out."""
        counted = select(CaseRow.state, func.count()).where(col(CaseRow.baseline).is_(False), *_same(location=location))
        with self._database.read() as session:
            return {CaseState(state): number for state, number in session.exec(counted.group_by(CaseRow.state))}

    def open_value_cents(self) -> Mapping[str, int]:
        """Location -> what its open cases are worth together."""
        summed = select(CaseRow.location, func.sum(CaseRow.value_cents)).where(is_open())
        with self._database.read() as session:
            return {location: int(cents) for location, cents in session.exec(summed.group_by(CaseRow.location))}

    def _list(
        self, conditions: Sequence[ColumnElement[bool]], order: Order, limit: int | None = None, offset: int = 0
    ) -> Sequence[CaseRecord]:
        cases = select(CaseRow).where(*conditions).order_by(_ORDERS[order], col(CaseRow.case_id))
        with self._database.read() as session:
            return as_records(CaseRecord, session.exec(cases.limit(limit).offset(offset)).all())


def _same(**values: str) -> list[ColumnElement[bool]]:
    """Equal where a value is given; "" means any."""
    return [col(getattr(CaseRow, name)) == value for name, value in values.items() if value]
