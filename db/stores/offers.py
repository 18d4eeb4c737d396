"""Offers: which openings stand under which numbers on which phone."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from db.rows import insert_new, put, values_of
from db.session import Database, serialize
from db.tables.cases import CaseRow
from db.tables.offers import OfferOpeningRow, OfferRow
from domain.crowd import OfferedTime
from domain.records import NumberedOpening, OfferRecord
from domain.slots import Opening

_OPEN = "open"
_LONGEST_VISIT = timedelta(hours=9)
_IN_MIND = timedelta(hours=24)


class OfferStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, offer: OfferRecord) -> OfferRecord:
        """Record an offer and close older open offers of the same case as withdrawn; returns what is stored.

        An open offer of the same id is kept as it is; one that is no longer open is replaced.
        Numbers continue after those of other cases' open offers to the same phone, one after the other.
        """
        return self._database.run(lambda session: _put(session, offer))

    def get(self, offer_id: str) -> OfferRecord | None:
        found = self._list(col(OfferRow.id) == offer_id)
        return found[0] if found else None

    def open_of_case(self, case_id: str) -> OfferRecord | None:
        found = self._list(col(OfferRow.case_id) == case_id, col(OfferRow.state) == _OPEN)
        return found[-1] if found else None

    def open_for_phone(self, phone: str) -> Sequence[OfferRecord]:
        """Open offers to this phone, oldest first; a family's cases share one numbering."""
        return self._list(col(OfferRow.phone) == phone, col(OfferRow.state) == _OPEN)

    def of_case(self, case_id: str) -> Sequence[OfferRecord]:
        """Every offer ever made to the case, oldest first."""
        return self._list(col(OfferRow.case_id) == case_id)

    def open_of_account(self, account: str) -> Sequence[OfferRecord]:
        """Every open offer of the account's cases, oldest first."""
        mine = select(CaseRow.case_id).where(CaseRow.account == account)
        return self._list(col(OfferRow.state) == _OPEN, col(OfferRow.case_id).in_(mine))

    def withdraw(self, offer_id: str, numbers: Sequence[int]) -> None:
        """These numbers book no more; an offer without any is withdrawn."""
        theirs = col(OfferOpeningRow.offer_id) == offer_id
        with self._database.write() as session:
            session.exec(delete(OfferOpeningRow).where(theirs, col(OfferOpeningRow.number).in_(numbers)))
            if not session.exec(select(OfferOpeningRow.number).where(theirs).limit(1)).first():
                session.exec(update(OfferRow).where(col(OfferRow.id) == offer_id).values(state="withdrawn"))

    def close(self, case_id: str, state: str) -> None:
        """The case's open offers end as ``answered``, ``withdrawn`` or ``expired``: their numbers book no more."""
        with self._database.write() as session:
            _close(session, case_id, state)

    def unanswered(
        self, locations: Collection[str], first: datetime, last: datetime, but_not: str
    ) -> Sequence[OfferedTime]:
        """The times that open offers of these locations' cases hold in [first, last); not those of case ``but_not``."""
        opening = OfferOpeningRow
        place = (col(opening.key), col(opening.pattern), col(opening.operatory_id), col(opening.provider_id))
        counted = (
            select_columns(*place, func.count())
            .join(OfferRow, col(OfferRow.id) == col(opening.offer_id))
            .where(
                col(OfferRow.state) == _OPEN,
                col(OfferRow.location).in_(locations),
                col(OfferRow.case_id) != but_not,
                col(opening.start) > first - _LONGEST_VISIT,
                col(opening.start) < last,
            )
            .group_by(*place)
        )
        with self._database.read() as session:
            rows = session.connection().execute(counted)
            # The key begins with the start; reading it there spares a date a row.
            return [OfferedTime(int(row[0].partition("-")[0]) // 300, *row[1:]) for row in rows]

    def _list(self, *conditions: ColumnElement[bool]) -> list[OfferRecord]:
        with self._database.read() as session:
            return _list(session, *conditions)


def _put(session: Session, offer: OfferRecord) -> OfferRecord:
    serialize(session, f"offers:{offer.phone}")
    known = _list(session, col(OfferRow.id) == offer.id)
    if known and known[0].state == _OPEN:
        return known[0]
    _close(session, offer.case_id, "withdrawn")
    session.exec(delete(OfferOpeningRow).where(col(OfferOpeningRow.offer_id) == offer.id))
    first = _highest_number(session, offer.phone, offer.made_at) + 1
    openings = tuple(
        NumberedOpening(number=first + at, opening=numbered.opening) for at, numbered in enumerate(offer.openings)
    )
    numbered = offer.model_copy(update={"openings": openings, "state": _OPEN})
    row = values_of(numbered)
    del row["openings"]
    put(session, OfferRow, [row])
    insert_new(session, OfferOpeningRow, [_opening_row(offer.id, one) for one in openings])
    return numbered


def _close(session: Session, case_id: str, state: str) -> None:
    mine = (col(OfferRow.case_id) == case_id, col(OfferRow.state) == _OPEN)
    session.exec(update(OfferRow).where(*mine).values(state=state))


def _highest_number(session: Session, phone: str, now: datetime) -> int:
    """Of the offers whose numbers somebody may still have in mind: open ones, and any of the last day."""
    in_mind = or_(col(OfferRow.state) == _OPEN, col(OfferRow.made_at) > now - _IN_MIND)
    numbers = (
        select(func.max(OfferOpeningRow.number))
        .join(OfferRow, col(OfferRow.id) == col(OfferOpeningRow.offer_id))
        .where(OfferRow.phone == phone, in_mind)
    )
    return session.exec(numbers).one() or 0


def _list(session: Session, *conditions: ColumnElement[bool]) -> list[OfferRecord]:
    found = select(OfferRow, OfferOpeningRow).outerjoin(
        OfferOpeningRow, col(OfferOpeningRow.offer_id) == col(OfferRow.id)
    )
    ordered = found.where(*conditions).order_by(col(OfferRow.made_at), col(OfferRow.id), col(OfferOpeningRow.number))
    openings: dict[str, list[NumberedOpening]] = {}
    offers: dict[str, OfferRow] = {}
    for offer, opening in session.exec(ordered):
        offers[offer.id] = offer
        openings.setdefault(offer.id, [])
        if opening is not None:
            openings[offer.id].append(_numbered(opening))
    return [
        OfferRecord.model_validate({**offer.model_dump(), "openings": tuple(openings[offer_id])})
        for offer_id, offer in offers.items()
    ]


def _numbered(row: OfferOpeningRow) -> NumberedOpening:
    return NumberedOpening(number=row.number, opening=Opening.model_validate(row, from_attributes=True))


def _opening_row(offer_id: str, numbered: NumberedOpening) -> dict[str, object]:
    opening = numbered.opening
    place = {name: getattr(opening, name) for name in Opening.model_fields}
    return {"offer_id": offer_id, "number": numbered.number, "key": opening.key, **place}
