"""Payment plans with their offers and audit. A plan is read, worked out, and saved if nobody else saved it since."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, delete, func, update
from sqlmodel import Session, col, or_, select

from db.rows import as_record, as_records, checked_changes, insert_new, plain, values_of
from db.session import Database
from db.stores.plan_collections import move, owe
from db.tables.plans import PlanActRow, PlanEventRow, PlanItemRow, PlanRow, PlanVersionRow
from domain.money import Cents
from domain.plan_life import CollectionMovedError, PlanChangedError, PlanRefusedError
from domain.plan_records import ENDED, IN_FORCE, NOT_IN_PMS, Moved, PlanEvent, PlanRecord, PlanState, PlanVersion

NOTHING_ON_OFFER = frozenset({PlanState.DRAFT, *ENDED})
"""States in which no version may be signed."""

_MARKS = frozenset(
    {"pms_plan_id", "pms_version", "pms_closed", "compared_on", "ledger_compared_on", "card_checkout_id"}
)
_AFTER_CLOSING = timedelta(days=180)


class PlanStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, plan: PlanRecord, events: Sequence[PlanEvent]) -> bool:
        """A new plan; False when this id is known. Raises PlanRefusedError for production of another plan."""
        with self._database.write() as session:
            if insert_new(session, PlanRow, [_values_of(plan)]) == 0:
                return False
            _keep_items(session, plan)
            _log(session, plan.id, events)
            return True

    def save(
        self,
        plan: PlanRecord,
        events: Sequence[PlanEvent],
        *,
        owed: Sequence[tuple[date, Cents]] = (),
        version: PlanVersion | None = None,
        moved: Moved | None = None,
    ) -> PlanRecord:
        """Keep the plan, its audit, the money to collect and an offer or signature, all or nothing.

        Raises PlanChangedError when the plan was saved since it was read, PlanRefusedError for production of another
        plan. `moved` is a collection that must stand in one of its states before, else CollectionMovedError.
        """
        newer = plan.model_copy(update={"revision": plan.revision + 1})
        same = (col(PlanRow.id) == plan.id, col(PlanRow.revision) == plan.revision)
        values = {name: value for name, value in _values_of(newer).items() if name not in ("id", "created_at")}
        with self._database.write() as session:
            if session.exec(update(PlanRow).where(*same).values(**values)).rowcount == 0:
                raise PlanChangedError(plan.id)
            _keep_items(session, newer)
            _log(session, plan.id, events)
            for day, cents in owed:
                owe(session, plan.id, plan.location, day, cents)
            if version is not None:
                _keep_version(session, version)
            elif newer.state in NOTHING_ON_OFFER and events:
                _withdraw(session, plan.id, events[-1].at)
            if moved is not None and not move(session, moved):
                raise CollectionMovedError(moved.collection_id)
        return newer

    def get(self, plan_id: str) -> PlanRecord:
        """KeyError when there is none."""
        found = self.find(plan_id)
        if found is None:
            raise KeyError(f"no payment plan {plan_id} in the database")
        return found

    def readable(self, plan_id: str) -> PlanRecord | None:
        """None also when the row holds no plan any more."""
        with self._database.read() as session:
            row = session.get(PlanRow, plan_id)
            found = readable([row]) if row else []
            return found[0] if found else None

    def find(self, plan_id: str) -> PlanRecord | None:
        with self._database.read() as session:
            row = session.get(PlanRow, plan_id)
            return as_record(PlanRecord, row) if row else None

    def of_case(self, case_id: str) -> Sequence[PlanRecord]:
        """Oldest first; deleted ones too."""
        return self._list(col(PlanRow.case_id) == case_id)

    def of_deposit(self, deposit_id: str) -> Sequence[PlanRecord]:
        return self._list(col(PlanRow.deposit_id) == deposit_id)

    def of_location(
        self, location: str = "", state: PlanState | None = None, name: str = "", limit: int = 200
    ) -> Sequence[PlanRecord]:
        """Newest first; deleted ones only when asked for."""
        conditions = [col(PlanRow.location) == location] if location else []
        if state is None:
            conditions.append(col(PlanRow.state) != PlanState.DELETED.value)
        else:
            conditions.append(col(PlanRow.state) == state.value)
        if name:
            like = f"%{name.lower()}%"
            conditions.append(or_(col(PlanRow.last_name).ilike(like), col(PlanRow.first_name).ilike(like)))
        plans = select(PlanRow).where(*conditions).order_by(col(PlanRow.created_at).desc()).limit(limit)
        with self._database.read() as session:
            return readable(session.exec(plans).all())

    def open_of_location(self, location: str) -> Sequence[PlanRecord]:
        """Plans in force."""
        return self._list(
            col(PlanRow.location) == location, col(PlanRow.state).in_([state.value for state in IN_FORCE])
        )

    def at_work(self, location: str) -> int:
        """How many plans are."""
        plans = select(func.count()).where(PlanRow.location == location, PlanRow.state == PlanState.ACTIVE.value)
        with self._database.read() as session:
            return session.exec(plans).one()

    def charging(self, payment_method_id: str) -> Sequence[str]:
        """Ids of plans in force that charge this card."""
        plans = select(PlanRow.id).where(
            col(PlanRow.state).in_([state.value for state in IN_FORCE]),
            col(PlanRow.card)["payment_method_id"].as_string() == payment_method_id,
        )
        with self._database.read() as session:
            return session.exec(plans).all()

    def with_released_cards(self, location: str, limit: int = 20) -> Sequence[PlanRecord]:
        """Plans with cards that are still to be detached at the processor."""
        return self._list(col(PlanRow.location) == location, col(PlanRow.has_released_cards).is_(True), limit=limit)

    def not_in_pms(self, location: str, limit: int = 20) -> Sequence[PlanRecord]:
        """Plans at work that the PMS does not have yet, and that have something to attach there."""
        return self._list(
            col(PlanRow.location) == location,
            col(PlanRow.state) == PlanState.ACTIVE.value,
            col(PlanRow.pms_plan_id) == "",
            col(PlanRow.plan)["production"].as_string() != "[]",
            limit=limit,
        )

    def to_tell_pms(self, location: str, limit: int = 20) -> Sequence[PlanRecord]:
        """Plans of the PMS that were signed anew, closed or deleted since the PMS was told."""
        row = PlanRow
        at_work = and_(col(row.state) == PlanState.ACTIVE.value, col(row.pms_version) < col(row.signed_version))
        ended = and_(
            col(row.state).in_([PlanState.CLOSED.value, PlanState.DELETED.value]), col(row.pms_closed).is_(False)
        )
        kept_there = col(row.pms_plan_id).not_in(["", NOT_IN_PMS])
        return self._list(col(row.location) == location, kept_there, or_(at_work, ended), limit=limit)

    def to_compare(self, location: str, day: date, limit: int = 20) -> Sequence[PlanRecord]:
        """Plans kept in the PMS too that were not compared on this day."""
        return self._list(
            col(PlanRow.location) == location,
            col(PlanRow.state) == PlanState.ACTIVE.value,
            col(PlanRow.pms_plan_id) != "",
            or_(col(PlanRow.compared_on).is_(None), col(PlanRow.compared_on) < day),
            limit=limit,
        )

    def ledgers_to_compare(self, location: str, day: date, limit: int = 20) -> Sequence[PlanRecord]:
        """Plans whose payments were not compared on this day: those at work, and closed ones for half a year."""
        lately = datetime.combine(day - _AFTER_CLOSING, time(), UTC)
        return self._list(
            col(PlanRow.location) == location,
            or_(
                col(PlanRow.state) == PlanState.ACTIVE.value,
                and_(col(PlanRow.state) == PlanState.CLOSED.value, col(PlanRow.closed_at) > lately),
            ),
            or_(col(PlanRow.ledger_compared_on).is_(None), col(PlanRow.ledger_compared_on) < day),
            limit=limit,
        )

    def item_plan(self, account: str, item_id: str) -> str:
        """The plan that has this procedure or adjustment, "" when none does."""
        with self._database.read() as session:
            row = session.get(PlanItemRow, (account, item_id))
            return row.plan_id if row else ""

    def events(self, plan_id: str) -> Sequence[PlanEvent]:
        """The audit, oldest first."""
        lines = select(PlanEventRow).where(PlanEventRow.plan_id == plan_id).order_by(col(PlanEventRow.id))
        with self._database.read() as session:
            return as_records(PlanEvent, session.exec(lines).all())

    def version(self, plan_id: str, number: int) -> PlanVersion | None:
        with self._database.read() as session:
            row = session.get(PlanVersionRow, (plan_id, number))
            return as_record(PlanVersion, row) if row else None

    def versions(self, plan_id: str) -> Sequence[PlanVersion]:
        """Oldest first."""
        found = select(PlanVersionRow).where(PlanVersionRow.plan_id == plan_id).order_by(col(PlanVersionRow.number))
        with self._database.read() as session:
            return as_records(PlanVersion, session.exec(found).all())

    def not_filed(self, location: str, limit: int = 20) -> Sequence[PlanVersion]:
        """Signed agreements that are not among the PMS's documents yet."""
        found = (
            select(PlanVersionRow)
            .join(PlanRow, col(PlanRow.id) == PlanVersionRow.plan_id)
            .where(PlanRow.location == location, col(PlanVersionRow.signed_at).is_not(None))
            .where(PlanVersionRow.pms_document_id == "")
            .order_by(col(PlanVersionRow.signed_at))
        )
        with self._database.read() as session:
            return as_records(PlanVersion, session.exec(found.limit(limit)).all())

    def filed(self, plan_id: str, number: int, document_id: str) -> None:
        """The PMS has the signed agreement under this id."""
        this = (col(PlanVersionRow.plan_id) == plan_id, col(PlanVersionRow.number) == number)
        with self._database.write() as session:
            session.exec(update(PlanVersionRow).where(*this).values(pms_document_id=document_id))

    def mark(self, plan_id: str, changes: Mapping[str, Any]) -> None:
        """Set what no step depends on: what the PMS was told and when it was compared, the card page that is open."""
        fixed = tuple(set(PlanRecord.model_fields) - _MARKS)
        values = {**checked_changes(PlanRecord, changes, fixed), "revision": PlanRow.revision + 1}
        with self._database.write() as session:
            session.exec(update(PlanRow).where(col(PlanRow.id) == plan_id).values(**values))

    def log(self, plan_id: str, events: Sequence[PlanEvent]) -> None:
        """Lines of the audit that change nothing of the plan."""
        with self._database.write() as session:
            _log(session, plan_id, events)

    def begin_act(self, plan_id: str, command_id: str, now: datetime) -> bool:
        """Whether this form is new; from now on it is not."""
        with self._database.write() as session:
            return insert_new(session, PlanActRow, [{"command_id": command_id, "plan_id": plan_id, "at": now}]) == 1

    def forget_act(self, command_id: str) -> None:
        """The form was refused and changed nothing, so it may be mended and sent again."""
        with self._database.write() as session:
            session.exec(delete(PlanActRow).where(col(PlanActRow.command_id) == command_id))

    def _list(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[PlanRecord]:
        plans = select(PlanRow).where(*conditions).order_by(col(PlanRow.created_at), PlanRow.id).limit(limit)
        with self._database.read() as session:
            return readable(session.exec(plans).all())


def _values_of(plan: PlanRecord) -> dict[str, Any]:
    return values_of(plan, has_released_cards=bool(plan.released_cards))


def readable(rows: Iterable[PlanRow]) -> list[PlanRecord]:
    """The rows that hold a plan. A broken one keeps no list; the day's run names it and a person gets a task."""
    found = []
    for row in rows:
        with suppress(ValidationError):
            found.append(as_record(PlanRecord, row))
    return found


def _log(session: Session, plan_id: str, events: Sequence[PlanEvent]) -> None:
    session.add_all([PlanEventRow(plan_id=plan_id, **plain(dict(event))) for event in events])


def _keep_items(session: Session, plan: PlanRecord) -> None:
    """The items of what is in force and of what is proposed belong to this plan; a deleted plan lets go of all."""
    ids = {item.id for item in (*plan.newest_production, *plan.shown_plan.production)}
    wanted = set() if plan.state is PlanState.DELETED else ids
    mine = set(session.exec(select(PlanItemRow.item_id).where(PlanItemRow.plan_id == plan.id)).all())
    gone, new = mine - wanted, wanted - mine
    if gone:
        old = (col(PlanItemRow.plan_id) == plan.id, col(PlanItemRow.item_id).in_(gone))
        session.exec(delete(PlanItemRow).where(*old))
    rows = [{"account": plan.account, "item_id": item_id, "plan_id": plan.id} for item_id in sorted(new)]
    if insert_new(session, PlanItemRow, rows) != len(rows):
        raise PlanRefusedError("A procedure or adjustment is on another payment plan; it may be on one plan only.")


def _keep_version(session: Session, version: PlanVersion) -> None:
    """An offer ends the offers before it; a signature comes to its own."""
    values = values_of(version)
    _withdraw(session, version.plan_id, version.signed_at or version.offered_at, but=version.number)
    if insert_new(session, PlanVersionRow, [values]) == 0:
        this = (col(PlanVersionRow.plan_id) == version.plan_id, col(PlanVersionRow.number) == version.number)
        session.exec(update(PlanVersionRow).where(*this).values(**values))


def _withdraw(session: Session, plan_id: str, at: datetime, but: int = 0) -> None:
    """Every offer that is not signed ends, other than the one of number `but`."""
    open_ones = (
        col(PlanVersionRow.plan_id) == plan_id,
        col(PlanVersionRow.number) != but,
        col(PlanVersionRow.signed_at).is_(None),
        col(PlanVersionRow.withdrawn_at).is_(None),
    )
    session.exec(update(PlanVersionRow).where(*open_ones).values(withdrawn_at=at))
