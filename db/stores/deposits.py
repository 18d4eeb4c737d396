"""Deposits, one row an attempt."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import and_, col, func, or_, select

from db.rows import as_record, as_records, checked_changes, put, values_of
from db.session import Database
from db.tables.cases import CaseRow
from db.tables.money import DepositRow
from domain.case import CaseState
from domain.deposit_decisions import DEPOSIT_CARRIED
from domain.next_visit import CALLED_OFF
from domain.plan_records import DEPOSIT_USED
from domain.records import DepositRecord, DepositState

_FIXED = ("id", "case_id", "attempt")
_UNPAID = frozenset({DepositState.REQUESTED, DepositState.EXPIRED})
_NO_WAY_BACK = {
    DepositState.PAID: _UNPAID,
    DepositState.DISPUTED: _UNPAID,
    DepositState.FORFEITED: _UNPAID | {DepositState.PAID},
    DepositState.REFUNDED: _UNPAID | {DepositState.PAID},
}
"""State -> the states that a late or repeated message must not take it back to."""
_IN_LEDGER = (DepositState.PAID, DepositState.FORFEITED, DepositState.DISPUTED)
"""Only giving it back takes a deposit out of the PMS again."""
_KEPT = (
    col(DepositRow.state) == DepositState.PAID.value,
    col(DepositRow.giving_back).is_(False),
    ~col(DepositRow.note).startswith(DEPOSIT_USED),
)
_CALLED_OFF = select(CaseRow.case_id).where(
    col(CaseRow.state) == CaseState.BOOKED.value,
    col(CaseRow.ended_at).is_not(None),
    or_(col(CaseRow.appointment_id) == "", col(CaseRow.followed) == CALLED_OFF),
)
"""Cases whose booked visit was cancelled by us, or taken off in the PMS and asked about again."""


class DepositStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, deposit: DepositRecord) -> None:
        """Insert, or replace the row of the same id."""
        with self._database.write() as session:
            put(session, DepositRow, [values_of(deposit)])

    def get(self, deposit_id: str) -> DepositRecord | None:
        with self._database.read() as session:
            row = session.get(DepositRow, deposit_id)
            return as_record(DepositRecord, row) if row else None

    def of_case(self, case_id: str) -> Sequence[DepositRecord]:
        """Oldest first."""
        return self._list(col(DepositRow.case_id) == case_id)

    def by_checkout(self, checkout_id: str) -> DepositRecord | None:
        return self._one(col(DepositRow.checkout_id) == checkout_id)

    def by_payment(self, payment_id: str) -> DepositRecord | None:
        """The deposit that this card payment paid; what refunds and disputes name."""
        return self._one(col(DepositRow.payment_id) == payment_id)

    def in_state(self, state: DepositState, limit: int = 100) -> Sequence[DepositRecord]:
        """Oldest first."""
        return self._list(col(DepositRow.state) == state.value)[:limit]

    def settle(self, deposit_id: str, state: DepositState, changes: Mapping[str, Any]) -> None:
        """Move the deposit to ``state`` and set these DepositRecord fields; KeyError when there is none.

        Money that came or went is never forgotten: a state earlier than the stored one is left out, the fields are set.
        """
        values = checked_changes(DepositRecord, changes, (*_FIXED, "state"))
        with self._database.write() as session:
            row = session.exec(select(DepositRow).where(DepositRow.id == deposit_id).with_for_update()).first()
            if row is None:
                raise KeyError(f"no deposit {deposit_id} in the database")
            if state not in _NO_WAY_BACK.get(DepositState(row.state), frozenset()):
                row.state = state.value
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    def move(
        self, deposit_id: str, before: DepositState, after: DepositState, changes: Mapping[str, Any], case_id: str = ""
    ) -> bool:
        """Set the state and these fields, only out of ``before``: of two people who decide at once, one does.

        ``case_id``: and only while it stands for that case's visit.
        """
        values = checked_changes(DepositRecord, changes, (*_FIXED, "state"))
        mine = [col(DepositRow.id) == deposit_id, col(DepositRow.state) == before.value]
        if case_id:
            mine.append(col(DepositRow.case_id) == case_id)
        with self._database.write() as session:
            return session.exec(update(DepositRow).where(*mine).values(state=after.value, **values)).rowcount == 1

    def in_ledger(self, locations: Collection[str], patient_id: str) -> Sequence[DepositRecord]:
        """Deposits of this patient that we posted to the PMS and that are not given back, oldest first."""
        posted = (
            col(DepositRow.location).in_(locations),
            col(DepositRow.patient_id) == patient_id,
            col(DepositRow.state).in_([state.value for state in _IN_LEDGER]),
            col(DepositRow.ledger_id) != "",
        )
        return self._list(and_(*posted))

    def kept_for(self, location: str, patient_id: str) -> DepositRecord | None:
        """The newest paid deposit of this patient whose visit was called off and about which nobody has decided.

        Not one that is being given back, nor the down payment of a payment plan.
        """
        theirs = (col(DepositRow.location) == location, col(DepositRow.patient_id) == patient_id)
        found = self._list(and_(*theirs, *_KEPT, col(DepositRow.case_id).in_(_CALLED_OFF)))
        return found[-1] if found else None

    def carry(self, deposit_id: str, from_case: str, to_case: str) -> bool:
        """Let a deposit that is kept stand for another visit; False when it is decided about or went elsewhere."""
        attempts = select(func.coalesce(func.max(DepositRow.attempt), 0)).where(DepositRow.case_id == to_case)
        mine = (col(DepositRow.id) == deposit_id, col(DepositRow.case_id) == from_case, *_KEPT)
        with self._database.write() as session:
            attempt, note = session.exec(attempts).one() + 1, f"{DEPOSIT_CARRIED}{from_case}"
            moved = {"case_id": to_case, "attempt": attempt, "note": note}
            return session.exec(update(DepositRow).where(*mine).values(**moved)).rowcount == 1

    def begin_giving_back(self, deposit_id: str, case_id: str) -> bool:
        """Said before the card processor is asked, so that the deposit moves nowhere; False when it has moved on."""
        mine = (col(DepositRow.id) == deposit_id, col(DepositRow.case_id) == case_id)
        with self._database.write() as session:
            return session.exec(update(DepositRow).where(*mine).values(giving_back=True)).rowcount == 1

    def _one(self, which: ColumnElement[bool]) -> DepositRecord | None:
        found = self._list(which)
        return found[0] if found else None

    def _list(self, which: ColumnElement[bool]) -> list[DepositRecord]:
        deposits = select(DepositRow).where(which).order_by(col(DepositRow.created_at), col(DepositRow.attempt))
        with self._database.read() as session:
            return as_records(DepositRecord, session.exec(deposits).all())
