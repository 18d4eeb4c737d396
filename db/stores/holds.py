"""Soft holds: one row per resource and 5-minute cell, so the primary key decides who wins."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, and_, col, exists, or_, select

from db.rows import insert_new, plain, values_of
from db.session import Database, serialize
from db.tables.cases import CaseRow
from db.tables.holds import HoldCellRow, HoldRow
from db.tables.money import DepositRow
from domain.records import DepositState, HoldRecord, HoldState
from domain.slots import Opening, cell_of, held_cells

_LIVE = (HoldState.HELD.value, HoldState.BOOKING.value)
_FORGOTTEN_AFTER = timedelta(days=1)
_PAYING = (DepositState.REQUESTED.value, DepositState.PAID.value)


class _LostError(Exception):
    """Somebody else has one of the cells; undoes the transaction."""


def _lapsed(now: datetime) -> ColumnElement[bool]:
    """A hold whose time is up. While its deposit may still be paid, or its booking is being written, only its case may
    let go of the chair: the PMS may have the appointment already. A day after that it is forgotten, if the case has
    ended."""
    paying = exists().where(
        col(DepositRow.hold_id) == col(HoldRow.id),
        col(DepositRow.state).in_(_PAYING),
        col(DepositRow.checkout_id) != "",  # without a session there is nothing to pay
    )
    over = or_(~paying, col(HoldRow.state) == HoldState.BOOKED.value)
    booking = col(HoldRow.state) == HoldState.BOOKING.value
    ended = exists().where(col(CaseRow.case_id) == col(HoldRow.case_id), col(CaseRow.ended_at).is_not(None))
    forgotten = and_(booking, col(HoldRow.expires_at) <= now - _FORGOTTEN_AFTER, ended)
    return or_(and_(col(HoldRow.expires_at) <= now, ~booking, over), forgotten)


class HoldStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, hold: HoldRecord, now: datetime) -> bool:
        """Insert the hold and all its cells, or nothing and False when a live hold has one of them.

        An earlier hold of the same case gives way. Taking again with the same id is True without effect, as long as it
        was not released in between.
        """
        try:
            return self._database.run(lambda session: _take(session, hold, now))
        except _LostError:
            return False

    def get(self, hold_id: str) -> HoldRecord | None:
        with self._database.read() as session:
            row = session.get(HoldRow, hold_id)
            return _record(row) if row else None

    def live_of_case(self, case_id: str) -> HoldRecord | None:
        """The case's hold in state held or booking, the newest if there were two."""
        live = select(HoldRow).where(HoldRow.case_id == case_id, col(HoldRow.state).in_(_LIVE))
        with self._database.read() as session:
            row = session.exec(live.order_by(col(HoldRow.created_at).desc()).limit(1)).first()
            return _record(row) if row else None

    def extend(self, hold_id: str, until: datetime) -> bool:
        """Let a hold last until then, never shorter; False when it was released."""
        longer = (col(HoldRow.id) == hold_id, col(HoldRow.state).in_(_LIVE))
        with self._database.write() as session:
            hold = session.exec(select(HoldRow).where(*longer).with_for_update()).first()
            if hold is None:
                return False
            hold.expires_at = max(hold.expires_at, until)
            session.add(hold)
            return True

    def start_booking(self, hold_id: str, until: datetime) -> bool:
        """held/booking -> booking, which does not expire before ``until``; False when the hold was released."""
        with self._database.write() as session:
            return _move(session, hold_id, HoldState.BOOKING, until)

    def booked(self, hold_id: str, until: datetime) -> None:
        """Keep the cells until ``until``, by when the mirror shows the appointment."""
        with self._database.write() as session:
            _move(session, hold_id, HoldState.BOOKED, until)

    def release(self, hold_id: str) -> None:
        """Free the cells; a hold that was booked or released before keeps its state."""
        self._database.run(lambda session: _release(session, [hold_id]))

    def release_booked(self, case_id: str, but_not: str = "") -> None:
        """Free the cells that booked holds of the case still have, the hold ``but_not`` excepted."""
        booked = (HoldRow.case_id == case_id, HoldRow.state == HoldState.BOOKED.value, HoldRow.id != but_not)
        self._database.run(lambda session: _release(session, session.exec(select(HoldRow.id).where(*booked)).all()))

    def sweep(self, now: datetime) -> int:
        """Free the cells of every lapsed hold; returns how many holds that were."""
        return self._database.run(lambda session: _sweep(session, now))

    def live(self) -> Mapping[str, str]:
        """Hold id -> whose records (``Location.budget``), of every hold in state held or booking."""
        with self._database.read() as session:
            rows = session.exec(select(HoldRow.id, HoldRow.account).where(col(HoldRow.state).in_(_LIVE)))
            return dict(rows.all())

    def released(self, hold_ids: Collection[str]) -> Collection[str]:
        """Which of these were let go without a booking."""
        gone = (col(HoldRow.id).in_(hold_ids), HoldRow.state == HoldState.RELEASED.value)
        with self._database.read() as session:
            return session.exec(select(HoldRow.id).where(*gone)).all()

    def taken(
        self, account: str, first: datetime, last: datetime, now: datetime, but_not: str = ""
    ) -> set[tuple[str, int]]:
        """(resource without account, cell) pairs in [first, last) held by others than case ``but_not``."""
        cells = (
            select(HoldCellRow.resource, HoldCellRow.cell)
            .join(HoldRow, col(HoldRow.id) == col(HoldCellRow.hold_id))
            .where(
                HoldRow.account == account,
                col(HoldCellRow.cell) >= cell_of(first),
                col(HoldCellRow.cell) < cell_of(last) + 1,
                HoldRow.case_id != but_not,
                ~_lapsed(now),
            )
        )
        prefix = len(account) + 1
        with self._database.read() as session:
            return {(resource[prefix:], cell) for resource, cell in session.exec(cells)}


def _take(session: Session, hold: HoldRecord, now: datetime) -> bool:
    # The primary key alone would keep one winner; in turn, the losers need no deadlock to find out.
    serialize(session, f"holds:{hold.account}")
    known = session.get(HoldRow, hold.id)
    if known is not None:
        return known.state != HoldState.RELEASED
    _sweep(session, now, hold.account)
    earlier = select(HoldRow.id).where(HoldRow.case_id == hold.case_id, HoldRow.state == HoldState.HELD.value)
    _release(session, session.exec(earlier.with_for_update()).all())
    opening = hold.opening
    place = {name: getattr(opening, name) for name in Opening.model_fields}
    row = {name: value for name, value in values_of(hold, **place).items() if name != "opening"}
    cells = sorted(held_cells(opening.start, opening.pattern, opening.operatory_id, opening.provider_id))
    rows = [{"resource": f"{hold.account}|{resource}", "cell": cell, "hold_id": hold.id} for resource, cell in cells]
    if insert_new(session, HoldRow, [row]) != 1 or insert_new(session, HoldCellRow, rows) != len(rows):
        raise _LostError
    return True


def _move(session: Session, hold_id: str, state: HoldState, until: datetime) -> bool:
    mine = (col(HoldRow.id) == hold_id, col(HoldRow.state).in_(_LIVE))
    values = plain({"state": state, "expires_at": until})
    return session.exec(update(HoldRow).where(*mine).values(**values)).rowcount == 1


def _release(session: Session, hold_ids: Sequence[str]) -> None:
    session.exec(delete(HoldCellRow).where(col(HoldCellRow.hold_id).in_(hold_ids)))
    live = (col(HoldRow.id).in_(hold_ids), col(HoldRow.state).in_(_LIVE))
    session.exec(update(HoldRow).where(*live).values(state=HoldState.RELEASED.value))


def _sweep(session: Session, now: datetime, account: str = "") -> int:
    with_cells = exists().where(col(HoldCellRow.hold_id) == col(HoldRow.id))
    lapsed = select(HoldRow.id).where(with_cells, _lapsed(now))
    if account:
        lapsed = lapsed.where(HoldRow.account == account)
    # Two sweepers never wait for each other: what one has locked, the other leaves to it.
    hold_ids = session.exec(lapsed.with_for_update(skip_locked=True)).all()
    _release(session, hold_ids)
    return len(hold_ids)


def _record(row: HoldRow) -> HoldRecord:
    values = row.model_dump()
    return HoldRecord.model_validate({**values, "opening": Opening.model_validate(values)})
